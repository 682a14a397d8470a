"""Pictures that say together, or beside a word, what none of them says alone. All of it flags.

Regular expressions over normalised text, in which skin tones are taken out; ``🍆`` alone is a
vegetable, and so is ``🍆🥕🍅``.
"""

from __future__ import annotations

import re

_MALE = "[🍆🍌🥒🌭]"
_BEHIND = "[🍑]"

PATTERNS: dict[str, re.Pattern[str]] = {
    "sexual": re.compile(
        r"🔞|👉 ?👌|👌 ?👈|🍆 ?(?:💦|👅|👄|🍑|✊)|🍑 ?(?:💦|👅|🍆|👋)"
        r"|👅 ?(?:💦|🍆|🍑)|💦 ?(?:👅|🍆|🍑)"
        rf"|[舔吸含撸插操日干] ?了?{_MALE}|{_MALE} ?[插捅操日干硬射]|[舔插操日干光露] ?着?{_BEHIND}"
        rf"|\b(?:suck|lick|rid|strok|jerk|deepthroat)(?:s|es|ed|king|ing)?\b[a-z ]{{0,12}}{_MALE}"
        rf"|\b(?:bare|naked|lick|spank|fuck|show)(?:s|ing)?\b[a-z ]{{0,8}}{_BEHIND}"
    ),
    "profanity": re.compile(r"🖕|[🌿🌱☘🍀🌞☀🌝] ?[你尼泥妮] ?[妈玛马]"),
}
