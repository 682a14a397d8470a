"""What stands right around a term and makes it part of something innocent: 剁手 in 剁手党."""

from __future__ import annotations

import re
from dataclasses import dataclass

#: How far before a term is looked: longer than anything that is listed.
_REACH = 8


@dataclass(frozen=True, slots=True)
class Setting:
    """Regular expressions of what stands right before a term, and right after; one is enough."""

    before: re.Pattern[str] | None = None
    after: re.Pattern[str] | None = None

    @classmethod
    def of(cls, before: str = "", after: str = "") -> Setting:
        """Of alternatives, ``|`` between them."""
        return cls(
            re.compile(rf"(?:{before})\Z") if before else None,
            re.compile(rf"(?:{after})") if after else None,
        )

    def holds(self, normalised: str, start: int, end: int) -> bool:
        """Whether it is the setting of the term at ``start:end``."""
        return bool(
            (self.before and self.before.search(normalised[max(0, start - _REACH) : start]))
            or (self.after and self.after.match(normalised, end))
        )
