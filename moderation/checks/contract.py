"""What a check is, what it is given, and what it says."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol, TypeVar, runtime_checkable

import structlog

from avatars.states import Verdict
from moderation.states import FindingVerdict

log = structlog.get_logger(__name__)

Subject_contra = TypeVar("Subject_contra", contravariant=True)


@dataclass(frozen=True, slots=True)
class CheckResult:
    """One thing that a check found, or that it found nothing.

    The higher ``score`` is, the worse, and from ``threshold`` on it is no pass any more, except
    where the check says otherwise. ``evidence`` is JSON: enough to show a person why.
    """

    check: str
    version: str
    category: str
    verdict: FindingVerdict
    score: float | None = None
    threshold: float | None = None
    evidence: dict[str, Any] = field(default_factory=dict)
    #: The check's own word, once a policy has made ``verdict`` of it.
    own_verdict: FindingVerdict | None = None


class Check(Protocol[Subject_contra]):
    """A check of a requirement or of a picture. Stateless; may raise whatever it likes."""

    @property
    def name(self) -> str: ...

    @property
    def version(self) -> str:
        """Changes whenever the same subject may get another result."""
        ...

    @property
    def category(self) -> str: ...

    def run(self, subject: Subject_contra) -> Sequence[CheckResult]:
        """Everything found, worst or not; never empty."""
        ...


@runtime_checkable
class Warmed(Protocol):
    """A check that keeps something which takes seconds to load."""

    @property
    def name(self) -> str: ...

    def warm_up(self) -> None:
        """Load it, once per process."""
        ...


def run_check(check: Check[Subject_contra], subject: Subject_contra) -> Sequence[CheckResult]:
    """What ``check`` says, or that it could not run: that is ``unknown``, never a pass.

    Whatever it raises is caught, for one broken check must not keep the others from speaking. The
    log names the error's type alone; its message may quote what people wrote.
    """
    try:
        return check.run(subject)
    except Exception as error:  # noqa: BLE001
        log.error("check_failed", check=check.name, error=type(error).__name__)
        return [
            CheckResult(
                check=check.name,
                version=check.version,
                category=check.category,
                verdict=FindingVerdict.UNKNOWN,
                evidence={"error": type(error).__name__},
            )
        ]


def worst_of(results: Sequence[CheckResult]) -> Verdict:
    """The verdict of several results. One that could not run makes it a flag at best, and so does
    silence: no result is no pass.
    """
    verdicts = {result.verdict for result in results}
    if FindingVerdict.BLOCK in verdicts:
        return Verdict.BLOCK
    if verdicts == {FindingVerdict.PASS}:
        return Verdict.PASS
    return Verdict.FLAG
