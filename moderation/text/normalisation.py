"""Text as it is read, not as it is encoded, with the way back to what was written."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache, lru_cache
from unicodedata import category, normalize

from opencc import OpenCC

from moderation.text.lookalikes import lookalikes
from moderation.text.markup import without_markup

#: Characters that show nothing although Unicode counts them as letters or symbols, and skin tones.
_BLANKS = frozenset("\u115f\u1160\u17b4\u17b5\u2800\u3164\uffa0🏻🏼🏽🏾🏿")
#: Pictures that stand for a Chinese character beside another one: 草泥🐴.
_PICTURED = {
    **dict(zip("🐴🐎🐔🐓🐢🐶🐕🐷🐖💩🔪🔫🩸", "马马鸡鸡龟狗狗猪猪屎刀枪血", strict=True)),
    **dict.fromkeys("❤💗💕💖", "爱"),
    **dict.fromkeys("❄🧊", "冰"),
    "💣": "炸弹",
}
#: Those that, between two such characters, only keep them apart: 吸🔥毒.
_PICTURED_AT_AN_EDGE = {
    **dict(zip("🐦🐤🥚🐍🦆🐟🐮🐂🐄🐵🐒🐑🐐🐉🐲", "鸟鸟蛋蛇鸭鱼牛牛牛猴猴羊羊龙龙", strict=True)),
    **dict(zip("🐭🐀🐰🐇🐯🐅👻🥛🍼🚬🍵💊🧠🦵", "鼠鼠兔兔虎虎鬼奶奶烟茶药脑腿", strict=True)),
    **dict(zip("🦶✋🤚👋🦴🗡🧨✂🔥💥🌊🌸🚗🛏⚫", "脚手手手骨刀炮剪火炸浪花车床黑", strict=True)),
    **dict(zip("🖤👩👨", "黑女男", strict=True)),
}
#: How many letters, digits and pictures may stand between a picture and the nearest Chinese
#: character: 🐔8形状.
_NEAR_HAN = 2
_LINE_ENDS = frozenset("\n\r\v\f\x85\u2028\u2029")


@dataclass(frozen=True, slots=True)
class MappedText:
    """Normalised ``text``, of which character *i* was written at ``starts[i]:ends[i]``.

    Offsets count Unicode code points of what the caller wrote, as Python does.
    """

    text: str
    starts: tuple[int, ...]
    ends: tuple[int, ...]

    def span(self, start: int, end: int) -> tuple[int, int]:
        """Where the non-empty slice ``text[start:end]`` stands in what was written."""
        return self.starts[start], self.ends[end - 1]


def normalise(written: str) -> MappedText:
    """Undo what changes a text's bytes but not how people read it.

    Without markup (:mod:`moderation.text.markup`). NFKC, which takes full-width and styled letters
    to plain ones; without accents, zero-width, control and other invisible characters; case
    folded; look-alikes of Latin letters turned into these; traditional Chinese characters into
    simplified ones, and the likes of 🐴 beside a Chinese character into 马. White space becomes a
    blank, or a line feed where it ends a line.
    Characters of disguise (``0`` for ``o``) stay: whether they are one depends on the word, see
    :mod:`moderation.text.words`.
    """
    stretches = list(without_markup(written))
    if stretches == [(written, 0, len(written))]:
        return _normalise(written)
    # Where each character of the plain text was written.
    spans = [
        (at, at + 1) if len(stretch) == end - start else (start, end)
        for stretch, start, end in stretches
        for at in range(start, start + len(stretch))
    ]
    plain = _normalise("".join(stretch for stretch, _, _ in stretches))
    return MappedText(
        plain.text,
        tuple(spans[start][0] for start in plain.starts),
        tuple(spans[end - 1][1] for end in plain.ends),
    )


def _normalise(written: str) -> MappedText:
    characters: list[str] = []
    starts: list[int] = []
    ends: list[int] = []
    start = 0
    while start < len(written):
        end = start + 1
        # A base and its accents are composed together, and share the span of both.
        while end < len(written) and category(written[end]).startswith("M"):
            end += 1
        unit = written[start:end]
        pictured = _PICTURED.get(unit[0]) or _PICTURED_AT_AN_EDGE.get(unit[0])
        if pictured and _beside_han(written, start, end):
            between = is_han(written[max(0, start - 1) : start]) and is_han(written[end : end + 1])
            if unit[0] in _PICTURED or not between:
                unit = pictured
        for character in _folded(unit):
            characters.append(character)
            starts.append(start)
            ends.append(end)
        start = end
    return MappedText("".join(characters), tuple(starts), tuple(ends))


def _beside_han(written: str, start: int, end: int) -> bool:
    before = written[max(0, start - _NEAR_HAN - 1) : start][::-1]
    after = written[end : end + _NEAR_HAN + 1]
    return _begins_with_han(before) or _begins_with_han(after)


def _begins_with_han(near: str) -> bool:
    """Whether a Chinese character is the first of ``near`` that is no letter, digit or picture."""
    for each in near:
        if not (each.isascii() and each.isalnum()) and (
            each not in _PICTURED and each not in _PICTURED_AT_AN_EDGE
        ):
            return is_han(each)
    return False


@lru_cache(maxsize=16_384)
def _folded(unit: str) -> str:
    """One base character with its accents, as the characters it is read as; maybe none."""
    return "".join(
        folded for character in normalize("NFKC", unit) for folded in _folded_character(character)
    )


def _folded_character(character: str) -> str:
    if character in _LINE_ENDS:
        return "\n"
    if character.isspace():
        return " "
    if category(character) in {"Cc", "Cf", "Cs", "Mn", "Me"} or character in _BLANKS:
        return ""
    table = lookalikes()
    if character in table:
        return table[character]
    folded = "".join(_bare(each) for each in character.casefold())
    return "".join(table.get(each, each) for each in folded)


def _bare(character: str) -> str:
    """The character without accents, and simplified. Hangul stays whole: its letters are parts."""
    if character.isascii():
        return character
    if "\uac00" <= character <= "\ud7a3":
        return character
    base = "".join(
        each for each in normalize("NFD", character) if not category(each).startswith("M")
    )
    return _simplified().convert(base) if is_han(base) else base


@cache
def _simplified() -> OpenCC:
    """Traditional to simplified; asked character by character, which keeps every offset."""
    return OpenCC("t2s")


def is_han(character: str) -> bool:
    """Whether it is a Chinese character (the unified ideographs and their extensions)."""
    return len(character) == 1 and (
        "\u3400" <= character <= "\u9fff"
        or "\uf900" <= character <= "\ufaff"
        or "\U00020000" <= character <= "\U0003ffff"
    )


def is_unspaced(character: str) -> bool:
    """Whether it belongs to a script that writes no spaces between words: Han and kana."""
    return is_han(character) or "\u3040" <= character <= "\u30ff"
