"""What a requirement asks to be absent: ``without blood or nudity``, ``不要出现国徽``."""

from __future__ import annotations

import re
from enum import Enum

from moderation.lexicons import chinese, english
from moderation.text.matching import Match
from moderation.text.words import Text

#: Items of a list after a negation: "no blood, gore or nudity". At most six of up to two words.
_LISTED_ITEMS = r"(?:[\w'’-]+(?: [\w'’-]+)?(?:, ?(?:and |or )?|、| and | or |和|或|及)){1,6}"
_NEGATED = re.compile(f"(?:{english.NEGATION}|{chinese.NEGATION})$")
_NEGATED_LIST = re.compile(f"(?:{english.NEGATION}|{chinese.NEGATION}){_LISTED_ITEMS}$")
#: What ties the items of a list together, right before an item or somewhere behind it. Without
#: it, the item may be no part of the list: "no hat, nude".
_TIED_BEFORE = re.compile(r"(?: or |、|和|或|及)$")
_TIED_BEHIND = re.compile(r"(?:, [\w'’-]+){0,4},? or \b|(?:、\w{1,6})*(?:、|和|或|及)")
#: Behind it, what must be absent is not the thing itself: "no nudity filter".
_LIFTED = re.compile(
    r" ?(?:filter|censor|limit|restrict|ban\b|check|rule|problem|issue|mosaic"
    r"|的?(?:限制|过滤|审查|打码|马赛克|遮挡|问题|检测|顾虑))"
)
#: 皮卡丘造型不要: Chinese also says what is not wanted before it says so.
_REFUSED_BEHIND = re.compile(
    r"(?:这种|那种|之类|造型|形象|元素|风格|内容|图案|的)*(?:就|都|也)?(?:不要|别要|免了)了?"
    r"(?=$|[\s,。;!?、])"
)
#: 切腹以外的武士. With 除了 before it or 还 behind it, it says what is wanted besides.
_OTHER_THAN = re.compile(r"(?:以外|之外)(?![^。;!?]{0,3}[还也再并])")
_BESIDES = re.compile(r"除了?[^,。;!?、]{0,6}$")
#: 毒品危害讲解员: who warns of a thing shows it no more than who leaves it out.
_WARNED_OF = re.compile(r"(?:药物|犯罪|罪)?的?(?:危害|普法|科普|防治|预防|检测[仪员])")
#: Two characters are too little to let these off.
_NEVER_LET_OFF = frozenset({"sexual", "minors", "hate"})
#: No negation reaches further than this.
_REACH = 160


class Absence(Enum):
    """How surely a match is asked to be absent."""

    WANTED = "wanted"
    #: Within a list whose beginning is negated, which may have ended before.
    PERHAPS = "perhaps"
    SURE = "sure"


def absence_of(text: Text, match: Match) -> Absence:
    """Whether what stands at ``match`` is to be left out."""
    before = text.normalised[max(0, match.start - _REACH) : match.start]
    behind = text.normalised[match.end : match.end + _REACH]
    lenient = match.term.category not in _NEVER_LET_OFF
    if lenient and _WARNED_OF.match(behind):
        return Absence.SURE
    if _LIFTED.match(behind):
        return Absence.WANTED
    if _NEGATED.search(before) or _REFUSED_BEHIND.match(behind):
        return Absence.SURE
    if lenient and _OTHER_THAN.match(behind) and not _BESIDES.search(before):
        return Absence.SURE
    if not _NEGATED_LIST.search(before):
        return Absence.WANTED
    tied = _TIED_BEFORE.search(before) or _TIED_BEHIND.match(behind)
    return Absence.SURE if tied else Absence.PERHAPS
