"""From words to a requirement: which tags hold, which are excluded, what is left over."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field

from django.utils.translation import gettext as _

from brandhub import vocabulary
from brandhub.common.errors import FieldError, InvalidInput
from brandhub.common.listing import between_names
from brandhub.vocabulary import Language
from styles.requirements import (
    alternatives,
    asides,
    colours,
    companions,
    comparing,
    contexts,
    corrections,
    excepting,
    grammar,
    manners,
    people,
)
from styles.requirements.comparing import LIKENED
from styles.requirements.lexicon import BRANDS_OWN, Kind, Mention
from styles.requirements.normalising import Text, count_chinese, normalise
from styles.requirements.spelling import Mend, mended
from styles.requirements.tokens import Token, tokens_of
from styles.tag_labels import tag_in_words

#: Characters; the limit of the API and of the column that keeps what was asked.
MAX_TEXT = 2000

_LITTLE = frozenset({Kind.FILLER, Kind.OF, Kind.GROUND})
_REFUSING = frozenset({Kind.NOT, Kind.NOT_BEFORE})
#: Who is to be drawn for: "make us a robot", and not "a US soldier".
_US = re.compile(r"\b(?:make|give|draw|show|get|design) (us)\b")
_LATIN_WORD = re.compile(r"[A-Za-z]+")


@dataclass(frozen=True, slots=True)
class Requirement:
    """What a text asks for.

    ``absent`` holds ``category:value``, or ``category`` where nothing of a category may show.
    ``not_understood`` holds pieces exactly as they were written, in their order. ``brand_colours``
    says for ``color`` and ``background`` with which words the brand's own was asked for, which a
    text alone can't tell. ``read_as`` says of misspelt words, as they were written, what they were
    read as.
    """

    tags: dict[str, str | list[str]] = field(default_factory=dict)
    absent: tuple[str, ...] = ()
    not_understood: tuple[str, ...] = ()
    language: Language = "en"
    brand_colours: dict[str, str] = field(default_factory=dict)
    read_as: dict[str, str] = field(default_factory=dict)


@dataclass(slots=True)
class _Reading:
    wanted: dict[str, list[tuple[Mention, Token]]] = field(default_factory=dict)
    absent: list[str] = field(default_factory=list)


def parse_requirement(
    text: str, *, pointer: str = "/prompt", never: Collection[str] = ()
) -> Requirement:
    """Read ``text`` as tags. Reads Chinese, English and mixtures; takes no side in a doubt.

    No misspelt word is read as one of ``never``, which a brand forbids, and none that is more than
    a slip so that the text contradicts itself. Raises ``InvalidInput``:
    ``too_long`` over 2,000 characters, ``contradictory_requirement`` where the text wants and
    excludes the same, or wants two values where one is possible. ``pointer`` says in errors where
    in the caller's input the text stood.
    """
    _require_length(text, pointer)
    written = normalise(text)
    folded, mends = mended(written, never=never)
    try:
        return _requirement(folded, mends, pointer)
    except InvalidInput:
        if not any(mend.heavy for mend in mends):
            raise
    return _requirement(*mended(written, never=never, heavily=False), pointer)


def _requirement(folded: Text, mends: Sequence[Mend], pointer: str) -> Requirement:
    tokens = tokens_of(folded.normal)
    _take_us(tokens, folded)
    asides.name_asides(tokens, folded)
    corrections.mark_corrections(tokens)
    comparing.settle_mixtures(tokens)
    companions.settle_companions(tokens)
    comparing.settle_likenesses(tokens)
    comparing.settle_preferences(tokens)
    manners.settle_manners(tokens)
    people.settle_people(tokens)
    colours.bind_lists(tokens)
    colours.bind_lengths(tokens)
    colours.bind_colours(tokens)
    excepting.settle_exceptions(tokens)
    grammar.apply_negations(tokens)
    contexts.settle_contexts(tokens)
    corrections.settle_corrections(tokens)
    alternatives.settle_alternatives(tokens)
    _name_refused_brand_colours(tokens)
    reading = _read(tokens)
    _drop_clothes_of_others(reading, tokens)
    tags = _chosen(reading, pointer)
    brand_colours = _take_brand_colours(tags, reading, folded)
    absent = tuple(dict.fromkeys(reading.absent))
    if clashes := contradictions(tags, absent):
        raise contradiction(pointer, clashes, absent)
    said = {f"{name}:{value}" for name in tags for value in vocabulary.tag_names(tags, name)}
    return Requirement(
        tags,
        absent,
        _pieces(folded, tokens),
        detect_language(folded.written),
        brand_colours,
        _read_as(
            mends, tokens, {*said, *absent, *(f"{name}:{BRANDS_OWN}" for name in brand_colours)}
        ),
    )


def parse_exclusions(text: str, *, pointer: str = "/negative_prompt") -> Requirement:
    """Read a negative prompt: whatever it names is excluded, with or without a "no" before it.

    Raises ``InvalidInput`` with ``too_long``.
    """
    _require_length(text, pointer)
    folded, mends = mended(normalise(text))
    tokens = tokens_of(folded.normal)
    colours.bind_lists(tokens)
    colours.bind_lengths(tokens)
    colours.bind_colours(tokens)
    for token in tokens:
        if token.kind in (Kind.TERM, Kind.CONTEXT):
            token.negated = not token.used
        elif token.kind in (Kind.NOT, Kind.NOT_BEFORE):
            token.kind = Kind.FILLER
        elif token.kind in (Kind.DOUBT, Kind.DOUBT_BEFORE):
            token.forget()
    contexts.settle_contexts(tokens)
    _name_refused_brand_colours(tokens)
    reading = _read(tokens)
    return Requirement(
        tags={},
        absent=tuple(dict.fromkeys(reading.absent)),
        not_understood=_pieces(folded, tokens),
        language=detect_language(text),
        read_as=_read_as(mends, tokens, set(reading.absent)),
    )


def detect_language(text: str) -> Language:
    """``zh`` where a text has at least as many Chinese characters as Latin words."""
    chinese = count_chinese(text)
    return "zh" if chinese and chinese >= len(_LATIN_WORD.findall(text)) else "en"


def contradictions(tags: vocabulary.Tags, absent: Iterable[str]) -> tuple[str, ...]:
    """The tags that are wanted although ``absent`` excludes them, as ``category:value``."""
    excluded = tuple(absent)
    wanted = (
        f"{category}:{name}" for category in tags for name in vocabulary.tag_names(tags, category)
    )
    return tuple(tag for tag in wanted if _excluding(tag, excluded))


def contradiction(pointer: str, tags: Sequence[str], absent: Iterable[str] = ()) -> InvalidInput:
    """The refusal of ``tags`` that can't be had together, or are excluded by some of ``absent``.

    It names both sides in the reader's words, and says that one of them has to go.
    """
    excluding = dict.fromkeys(item for tag in tags for item in _excluding(tag, tuple(absent)))
    sides = [*map(tag_in_words, tags), *(tag_in_words(item, absent=True) for item in excluding)]
    detail = _("These contradict each other: %(sides)s. Keep one of them.") % {
        "sides": between_names().join(_("“%(words)s”") % {"words": side} for side in sides)
    }
    code = "contradictory_requirement"
    return InvalidInput(
        detail, code=code, errors=[FieldError(pointer, code, detail)], tags=list(tags)
    )


def _excluding(tag: str, absent: Iterable[str]) -> list[str]:
    """The items that ``tag`` is excluded by: itself, a group that it is of, or its category."""
    return [
        item
        for item in absent
        if tag in (grammar.drawn_groups(item) if ":" in item else ())
        or tag.partition(":")[0] == item
    ]


def _require_length(text: str, pointer: str) -> None:
    if len(text) > MAX_TEXT:
        detail = _("At most %(limit)d characters are read.") % {"limit": MAX_TEXT}
        raise InvalidInput(
            detail, code="too_long", errors=[FieldError(pointer, "too_long", detail)]
        )


def _take_us(tokens: list[Token], folded: Text) -> None:
    """Leave out who asks for something, where it is no name."""
    asking = {found.start(1) for found in _US.finditer(folded.normal)}
    for token in tokens:
        if token.start in asking and folded.piece(token.start, token.end) == "us":
            token.kind = Kind.FILLER


def _read_as(mends: Sequence[Mend], tokens: list[Token], said: set[str]) -> dict[str, str]:
    """What misspelt words were read as that have a part in ``said``, and are not named."""
    shown: dict[str, str] = {}
    for mend in mends:
        there = [each for each in tokens if each.start < mend.end and mend.start < each.end]
        named = any(each.kind is Kind.UNKNOWN for each in there)
        if not named and any(_has_a_part(each, said) for each in there):
            shown[mend.written] = mend.term
    return shown


def _has_a_part(token: Token, said: set[str]) -> bool:
    """Whether a word says some of ``said``, tells of what something of it is said, or refuses."""
    if token.kind is Kind.TERM:
        return any(mention.tag in said for mention in token.mentions)
    return token.used or token.kind in _REFUSING


def _read(tokens: list[Token]) -> _Reading:
    reading = _Reading()
    for token in tokens:
        if token.kind is not Kind.TERM:
            continue
        for position, mention in enumerate(token.mentions):
            if mention.absent:
                reading.absent.append(mention.tag)
            elif not token.negated:
                reading.wanted.setdefault(mention.category, []).append((mention, token))
            elif position == 0:
                # "not a woman" excludes the gender, not people.
                reading.absent.append(mention.tag)
    _conclude_person(reading, tokens)
    return reading


def _conclude_person(reading: _Reading, tokens: list[Token]) -> None:
    """Take a role for a person, and a trade for its figure, where no other subject is named."""
    meant = next((token for token in tokens if token.implied), None)
    if meant is not None and "subject" not in reading.wanted:
        for mention in meant.implied:
            reading.wanted[mention.category] = [(mention, meant)]


def _chosen(reading: _Reading, pointer: str) -> dict[str, str | list[str]]:
    """One value for each category that takes one: what yields gives way, two equals clash."""
    tags: dict[str, str | list[str]] = {}
    for held in vocabulary.CATEGORIES:
        mentions = reading.wanted.get(held.name, [])
        if not mentions:
            continue
        names = list(dict.fromkeys(mention.tag.partition(":")[2] for mention, _token in mentions))
        if held.multiple:
            tags[held.name] = names
            continue
        strong, clash = _strongest(mentions)
        if clash and all(mention.rank <= LIKENED for mention, _token in mentions):
            # Like two things, and neither: 既像狗又像猫.
            for _mention, token in mentions:
                token.forget()
            continue
        if clash:
            raise contradiction(pointer, strong)
        tags[held.name] = strong[0].partition(":")[2]
        for mention, token in mentions:
            if mention.tag != strong[0] and not mention.quiet and len(token.mentions) == 1:
                token.forget()
    return tags


def _strongest(mentions: Sequence[tuple[Mention, Token]]) -> tuple[list[str], bool]:
    """The tags that yield to no other of ``mentions``, and whether they clash."""
    highest = max(mention.rank for mention, _token in mentions)
    strong = list(dict.fromkeys(m.tag for m, _token in mentions if m.rank == highest))
    # What yields without a word yields to what would be named, too: "flat cartoon".
    loud = {m.tag for m, _token in mentions if m.rank == highest and not m.quiet}
    return [tag for tag in strong if tag in loud] or strong, len(loud) > 1


def _drop_clothes_of_others(reading: _Reading, tokens: list[Token]) -> None:
    """Only a person's main colour is that of their clothes; a robot's would be its body's."""
    subjects = reading.wanted.get("subject")
    if not subjects or _strongest(subjects)[0] == ["subject:person"]:
        return
    painted = reading.wanted.get("color", [])
    clothes = [token for _mention, token in painted if token.detail == "clothing"]
    if not clothes:
        return
    left = [(mention, token) for mention, token in painted if token.detail != "clothing"]
    reading.wanted["color"] = left
    for token in clothes:
        token.forget()
    for token in tokens:
        if token.kind is Kind.CONTEXT and token.used and token.detail == "clothing":
            token.forget()


def _name_refused_brand_colours(tokens: list[Token]) -> None:
    """A text alone can't tell which colour may not show where it is the brand's."""
    for token in tokens:
        if token.negated and any(m.tag.endswith(f":{BRANDS_OWN}") for m in token.mentions):
            token.forget()


def _take_brand_colours(
    tags: dict[str, str | list[str]], reading: _Reading, folded: Text
) -> dict[str, str]:
    """Take the brand's own colours out of ``tags``, each with the words that asked for it."""
    taken: dict[str, str] = {}
    for category in [name for name, value in tags.items() if value == BRANDS_OWN]:
        tag = f"{category}:{tags.pop(category)}"
        token = next(token for mention, token in reading.wanted[category] if mention.tag == tag)
        taken[category] = folded.piece(token.start, token.end)
    return taken


def _pieces(folded: Text, tokens: list[Token]) -> tuple[str, ...]:
    """What was not understood, as it was written; each piece once.

    Neighbours are one piece, with the little words between them: "made of steel".
    """
    pieces: list[str] = []
    start: int | None = None
    end = 0
    for token in tokens:
        if token.kind is Kind.UNKNOWN:
            start = token.start if start is None else start
            end = token.end
        elif start is not None and token.kind not in _LITTLE and not token.used:
            pieces.append(folded.piece(start, end))
            start = None
    if start is not None:
        pieces.append(folded.piece(start, end))
    return tuple(dict.fromkeys(piece for piece in pieces if piece))
