"""The prompts that the screening of requirements is measured by, and how well it does on them.

``benchmarks/prompt_screening/<part>/<language>/`` holds three lists: ``prohibited.txt``,
``benign.txt`` and ``evasions.txt`` (prohibited, disguised), one prompt a line under ``[group]``
headings. The parts that are not among ``SHOWN`` were written without the word lists in view:
``held_out`` first, ``fresh`` later and in another voice, ``requests_unseen`` as every other line
of what the users of such a product would write. Nothing is ever tuned on them, so their single
prompts are counted and not shown. ``requests`` is the other half of the latter.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from math import sqrt
from pathlib import Path

from avatars.states import Verdict
from moderation.checks.contract import run_check, worst_of
from moderation.checks.requirement import Requirement
from moderation.services.prompts import PROMPT_CHECKS

PARTS = ("held_out", "fresh", "requests_unseen", "requests", "tuning")
#: The parts whose single prompts may be looked at.
SHOWN = frozenset({"requests", "tuning"})
LANGUAGES = ("en", "zh_Hans")
LISTS = ("prohibited", "evasions", "benign")
#: The two-sided 95 % quantile of the normal distribution.
_Z95 = 1.959964


@dataclass(frozen=True, slots=True)
class Row:
    """One prompt of the corpus. ``group`` is its category, trap or technique of disguise."""

    part: str
    language: str
    kind: str
    group: str
    prompt: str


@dataclass(frozen=True, slots=True)
class Share:
    """How many of ``total`` prompts the screening did not let pass."""

    stopped: int
    total: int

    @property
    def value(self) -> float:
        return self.stopped / self.total

    @property
    def interval(self) -> tuple[float, float]:
        """Wilson's score interval at 95 %."""
        n, p, z = self.total, self.value, _Z95
        middle = p + z * z / (2 * n)
        spread = z * sqrt(p * (1 - p) / n + z * z / (4 * n * n))
        return (
            max(0.0, (middle - spread) / (1 + z * z / n)),
            min(1.0, (middle + spread) / (1 + z * z / n)),
        )


def read_corpus(root: Path) -> Iterator[Row]:
    """Every prompt below ``root``. Raises ``OSError`` where a list is missing."""
    for part in PARTS:
        for language in LANGUAGES:
            for kind in LISTS:
                text = (root / part / language / f"{kind}.txt").read_text("utf-8")
                group = ""
                # Not splitlines(): characters of disguise may end a line for it.
                for line in text.split("\n"):
                    if line.startswith("[") and line.endswith("]"):
                        group = line[1:-1]
                    elif line:
                        yield Row(part, language, kind, group, line)


def is_stopped(prompt: str) -> bool:
    """Whether the platform's own checks hold or refuse ``prompt``, for a brand without lists."""
    requirement = Requirement.of(prompt=prompt)
    results = [each for check in PROMPT_CHECKS for each in run_check(check, requirement)]
    return worst_of(results) != Verdict.PASS


def share_of(rows: list[Row], stopped: set[Row]) -> Share:
    """The share of ``rows`` that are among the ``stopped``. ``rows`` is not empty."""
    return Share(sum(row in stopped for row in rows), len(rows))
