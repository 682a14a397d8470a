"""What a tag is: values, the categories that hold them, and how each is worded."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Literal

Language = Literal["en", "zh"]


@dataclass(frozen=True, slots=True)
class Wording:
    """How one thing is called in one language.

    ``label`` is shown in forms, ``noun`` stands in captions, and ``synonyms`` are what people
    write instead, the closest in sense and grammar first; all three are recognised in requirements.
    """

    label: str
    noun: str
    synonyms: tuple[str, ...] = ()

    @property
    def closest(self) -> tuple[str, ...]:
        """The synonyms that fit where the noun does, for captions that vary."""
        return self.synonyms[:2]

    @property
    def terms(self) -> tuple[str, ...]:
        """Every wording that means this, the caption's own first, without repetition."""
        return tuple(dict.fromkeys((self.noun, self.label.lower(), *self.synonyms)))


@dataclass(frozen=True, slots=True)
class Value:
    """One value of a category, such as ``eyewear:glasses``.

    ``supported`` says whether the embedded model draws it. ``group`` marks a value that names a
    family ("a hat"): any value listed in it satisfies a requirement for it. ``subjects`` are those
    the embedded model draws it on; empty means all of them.
    """

    category: str
    name: str
    en: Wording
    zh: Wording
    supported: bool = True
    group: tuple[str, ...] = ()
    subjects: tuple[str, ...] = ()
    swatch: str = ""

    @property
    def tag(self) -> str:
        """The value's wire form, ``category:name``."""
        return f"{self.category}:{self.name}"

    def wording(self, language: Language) -> Wording:
        """The wording in one of the two languages."""
        return self.en if language == "en" else self.zh

    def satisfied_by(self, name: str) -> bool:
        """Whether a picture with the value ``name`` of the same category shows this value."""
        return name == self.name or name in self.group


@dataclass(frozen=True, slots=True)
class Category:
    """A question that a tag answers; ``multiple`` says whether it takes several answers."""

    name: str
    en: Wording
    zh: Wording
    values: tuple[Value, ...]
    multiple: bool = False
    subjects: tuple[str, ...] = ()

    def __iter__(self) -> Iterator[Value]:
        return iter(self.values)

    def __contains__(self, name: object) -> bool:
        return any(value.name == name for value in self.values)

    def wording(self, language: Language) -> Wording:
        """The wording in one of the two languages."""
        return self.en if language == "en" else self.zh

    def value(self, name: str) -> Value:
        """The value of that name; raises ``UnknownTagError`` where there is none."""
        for value in self.values:
            if value.name == name:
                return value
        raise UnknownTagError(self.name, name)

    @property
    def drawn(self) -> tuple[Value, ...]:
        """The single values that the embedded model draws: neither unsupported nor groups."""
        return tuple(value for value in self.values if value.supported and not value.group)


class UnknownTagError(ValueError):
    """A category or a value that the vocabulary doesn't hold."""

    code = "unknown_tag"

    def __init__(self, category: str, name: str | None = None) -> None:
        self.category = category
        self.name = name
        what = category if name is None else f"{category}:{name}"
        super().__init__(f"The vocabulary has no tag {what!r}.")


class RepeatedTagError(ValueError):
    """Several values for a category that takes one."""

    code = "repeated_tag"

    def __init__(self, category: str, names: tuple[str, ...]) -> None:
        self.category = category
        self.names = names
        super().__init__(f"{category!r} takes one value, not {', '.join(names)}.")


Tags = Mapping[str, str | tuple[str, ...] | list[str]]
