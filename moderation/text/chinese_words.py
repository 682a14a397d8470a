"""Where Chinese words begin and end, and how they sound."""

from __future__ import annotations

from functools import cache, lru_cache

from moderation.text.normalisation import is_han

#: Longer than any pinyin syllable.
_LONGEST_SYLLABLE = 6
_LONGEST_IN_BOPOMOFO = 3
_TONES = ("ˊ", "ˇ", "ˋ")


def words_of(text: str) -> list[tuple[int, int]]:
    """The words of ``text`` as spans, by jieba's dictionary and without guessing unknown ones."""
    # Reading the dictionary takes a third of a second: not before the first Chinese text.
    import rjieba

    spans: list[tuple[int, int]] = []
    at = 0
    for word in rjieba.cut(text, False):
        spans.append((at, at + len(word)))
        at += len(word)
    return spans


def is_a_word(word: str) -> bool:
    """Whether jieba's dictionary has it."""
    import rjieba

    return bool(rjieba.has_word(word))


@lru_cache(maxsize=8192)
def syllable_of(character: str) -> str:
    """The commonest reading of a Chinese character in pinyin, without its tone."""
    from pypinyin import Style, lazy_pinyin

    return lazy_pinyin(character, style=Style.NORMAL, v_to_u=False)[0]


@lru_cache(maxsize=8192)
def tone_of(character: str) -> str:
    """The tone of a Chinese character's commonest reading, ``1`` to ``5``."""
    from pypinyin import Style, lazy_pinyin

    return lazy_pinyin(character, style=Style.TONE3, neutral_tone_with_five=True)[0][-1]


def syllables_of(term: str) -> tuple[str, ...]:
    """The syllables of a Chinese term, read as the phrase that it is."""
    from pypinyin import Style, lazy_pinyin

    return tuple(lazy_pinyin(term, style=Style.NORMAL, v_to_u=False))


@cache
def _syllables() -> frozenset[str]:
    # The 20,902 characters of Unicode 1.1 have every syllable there is. An ü may be a u, too.
    return frozenset(
        written
        for code in range(0x4E00, 0x9FA6)
        if (syllable := syllable_of(chr(code))).isascii() and is_han(chr(code))
        for written in (syllable, syllable.replace("v", "u"))
    )


@lru_cache(maxsize=8192)
def spelled(word: str) -> tuple[str, ...]:
    """``luoti`` as ``luo`` and ``ti``: the syllables of a Latin word, longest first; or nothing."""
    if not word:
        return ()
    for length in range(min(_LONGEST_SYLLABLE, len(word)), 0, -1):
        if word[:length] not in _syllables():
            continue
        if length == len(word):
            return (word,)
        rest = spelled(word[length:])
        if rest:
            return (word[:length], *rest)
    return ()


@cache
def _bopomofo() -> dict[str, str]:
    from pypinyin.style.bopomofo import BopomofoConverter

    written = BopomofoConverter().to_bopomofo
    return {written(each).rstrip("˙"): each for each in sorted(_syllables())}


def of_bopomofo(text: str, at: int) -> tuple[str, int]:
    """The syllable in bopomofo at ``at``, in pinyin, and where it ends with its tone.

    An empty one, and ``at``, where there is none.
    """
    for end in range(min(at + _LONGEST_IN_BOPOMOFO, len(text)), at, -1):
        syllable = _bopomofo().get(text[at:end])
        if syllable is not None:
            return syllable, end + text.startswith(_TONES, end)
    return "", at
