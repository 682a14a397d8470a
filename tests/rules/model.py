"""The rules of the chain restated without a database: what a state machine expects of the services.

Plain dictionaries in, plain statuses out. It knows nothing of locks, leases' clocks or tables; it
says which state follows from which deed, and which deeds are refused with which code.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from uuid import UUID

MAX_RENDER_ATTEMPTS = 3
MAX_SCREENING_ATTEMPTS = 3

OPEN_WORK = {"queued", "rendering"}
CANCELLABLE = {"queued", "rendering", "rendered", "screened"}


@dataclass
class Picture:
    """A candidate."""

    id: UUID
    status: str = "queued"
    attempts: int = 0
    pixels: str = ""
    verdict: str = ""
    #: The token under which it may be finished; None when nobody works on it.
    lease: int | None = None
    #: The screening of it: queued, running, and how often begun.
    screening: str = ""
    screening_attempts: int = 0
    screening_lease: int | None = None


@dataclass
class Case:
    """A case for people; closed ones have their final status."""

    kind: str
    status: str = "open"
    claimed_by: str = ""


@dataclass
class Request:
    """A request with its pictures and cases."""

    id: UUID
    bot: str
    count: int
    status: str = "queued"
    pictures: list[Picture] = field(default_factory=list)
    cases: list[Case] = field(default_factory=list)

    @property
    def open_case(self) -> Case | None:
        """The case that waits for a person; there is one at most."""
        found = [case for case in self.cases if case.status in ("open", "claimed")]
        return found[0] if found else None

    @property
    def case(self) -> Case:
        """The open case; for where there must be one."""
        assert self.open_case is not None
        return self.open_case

    def open_prompt_case(self) -> None:
        """A person has to look at the prompt first."""
        self.cases.append(Case("prompt"))

    def close_case(self, status: str) -> None:
        """A decision, or the end of the request."""
        self.case.status = status

    def settle_rendering(self) -> None:
        """Once no picture is left to draw: to the checks, or failed."""
        if self.status not in OPEN_WORK or any(p.status in OPEN_WORK for p in self.pictures):
            return
        drawn = [picture for picture in self.pictures if picture.status == "rendered"]
        self.status = "screening" if drawn else "failed"
        for picture in drawn:
            picture.screening, picture.screening_attempts = "queued", 0

    def settle_screening(self) -> None:
        """Once no picture waits for the checks: to the reviewers, declined, or failed."""
        if self.status != "screening" or any(p.status == "rendered" for p in self.pictures):
            return
        verdicts = {p.verdict for p in self.pictures if p.status == "screened"}
        if not verdicts:
            self.status = "failed"
            return
        self.status = "declined" if verdicts == {"block"} else "in_review"
        self.cases.append(Case("image"))

    def end_pictures(self, status: str, *, chosen: Picture | None = None) -> None:
        """What a decision makes of the checked pictures."""
        for picture in self.pictures:
            if picture.status == "screened":
                picture.status = "approved" if picture is chosen else status


@dataclass
class Version:
    """A version of a bot: its pixels, and whether the world sees it."""

    number: int
    pixels: str
    status: str = "current"


@dataclass
class Brand:
    """Everything of one brand."""

    requests: dict[UUID, Request] = field(default_factory=dict)
    versions: dict[str, list[Version]] = field(default_factory=dict)

    def withdrawn(self, pixels: str) -> bool:
        """Whether the brand has taken these pixels down."""
        return any(
            version.pixels == pixels and version.status == "taken_down"
            for versions in self.versions.values()
            for version in versions
        )

    def current(self, bot: str) -> Version | None:
        """What the world sees of ``bot``."""
        found = [each for each in self.versions[bot] if each.status == "current"]
        return found[0] if found else None

    def refuses_to_publish(self, bot: str, pixels: str) -> str:
        """The code with which publishing ``pixels`` is refused, or nothing."""
        current = self.current(bot)
        if current is not None and current.pixels == pixels:
            return ""
        return "pixels_taken_down" if self.withdrawn(pixels) else ""

    def publish(self, bot: str, pixels: str) -> None:
        """Make ``pixels`` current; those that are current already make no version."""
        current = self.current(bot)
        if current is not None and current.pixels == pixels:
            return
        if current is not None:
            current.status = "superseded"
        self.versions[bot].append(Version(len(self.versions[bot]) + 1, pixels))

    def take_down(self, pixels: str) -> None:
        """Withdraw every version of the brand with these pixels."""
        for versions in self.versions.values():
            for version in versions:
                if version.pixels == pixels:
                    version.status = "taken_down"
