"""Ages in years: "30-year-old", "in her sixties", 三十多岁."""

from __future__ import annotations

import re

#: Years from which on somebody is called so; in between nobody is sure.
_CHILD_TO, _ADULT_FROM, _SENIOR_FROM = 12, 18, 60

_IN_FIGURES = re.compile(
    r"(\d{1,3})(?: ?[多来几]?岁(?:左右|上下)?| ?(?:years?|yrs?) old\b| ?yo\b)"
    r"|(?:aged?:?|年龄[:是为]?) ?(\d{1,3})(?![\d.])岁?"
)
_IN_CHINESE = re.compile(
    r"([一二两三四五六七八九]?十[一二三四五六七八九]?|[一二两三四五六七八九])[多来几]?岁(?:左右|上下)?"
)
_DECADES = {
    "twenties": 20, "thirties": 30, "forties": 40, "fifties": 50,
    "sixties": 60, "seventies": 70, "eighties": 80, "nineties": 90,
}  # fmt: skip
_DECADE = re.compile(
    r"(?:in (?:his|her|their|the) (?:early |mid |late )?|(?:early|mid|late) )"
    rf"(?:([2-9]0)s|({'|'.join(_DECADES)}))\b"
)
#: What an age begins with: a figure, "aged", "in her", "late twenties", 年龄.
AGE_BEGINNINGS = frozenset("0123456789aielm年一二两三四五六七八九十")
_DIGITS = "零一二三四五六七八九"


def age_at(text: str, position: int) -> tuple[int, str] | None:
    """Where the age that begins at ``position`` of a normalised text ends, and its tag.

    The tag is empty for an age between a child's and a grown-up's; None where there is no age.
    """
    if found := _IN_FIGURES.match(text, position):
        years = int(found[1] or found[2])
    elif found := _DECADE.match(text, position):
        years = int(found[1] or _DECADES[found[2]])
    elif found := _IN_CHINESE.match(text, position):
        years = _number(found[1])
    else:
        return None
    return found.end(), _tag(years)


def _tag(years: int) -> str:
    if years <= _CHILD_TO:
        return "age:child"
    if years < _ADULT_FROM:
        return ""
    return "age:adult" if years < _SENIOR_FROM else "age:senior"


def _number(written: str) -> int:
    """A number below a hundred in Chinese characters."""
    tens, ten, ones = written.replace("两", "二").rpartition("十")
    return (_DIGITS.index(tens or "一") * 10 if ten else 0) + (_DIGITS.index(ones) if ones else 0)
