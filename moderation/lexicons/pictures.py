"""Pictures that say together, or beside a word, what none of them says alone. All of it flags.

Regular expressions over normalised text, in which skin tones are taken out; ``🍆`` alone is a
vegetable, and so is ``🍆🥕🍅``, ``🍌干`` is dried, and behind 我妈 the sun is of a greeting.
"""

from __future__ import annotations

import re

_MALE = "[🍆🍌🥒🌭]"
_BEHIND = "[🍑]"

PATTERNS: dict[str, re.Pattern[str]] = {
    "sexual": re.compile(
        r"🔞|👄 ?[交爆]|[口淫] ?💦|👉 ?👌|👌 ?👈|🍆 ?(?:💦|👅|👄|🍑|✊)|🍑 ?(?:💦|👅|🍆)"
        r"|👅 ?(?:💦|🍆|🍑)|💦 ?(?:👅|🍆|🍑)"
        rf"|[舔吸含撸插操] ?了?{_MALE}|{_MALE} ?[插捅操硬射]"
        rf"|(?:[舔插操露] ?着?|光着) ?{_BEHIND}"
        rf"|\b(?:suck|lick|rid|strok|jerk|deepthroat)(?:s|es|ed|king|ing)?\b[a-z ]{{0,12}}{_MALE}"
        rf"|\b(?:bare|naked|lick|spank|fuck|show)(?:s|ing)?\b[a-z ]{{0,8}}{_BEHIND}"
    ),
    "profanity": re.compile(r"🖕|(?<![妈爸])[🌿🌱☘🍀🌞☀🌝] ?[你尼泥妮] ?[妈玛马]"),
}
