"""What flows from avatars to moderation without an import: hooks that moderation registers.

``avatars`` may not import ``moderation``; it calls these, inside the transaction and under the
locks of the service that calls, so that both sides commit together.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Protocol
from uuid import UUID

from avatars.states import Verdict

if TYPE_CHECKING:
    from avatars.models import GenerationRequest
    from brandhub.accounts.models import Brand
    from brandhub.audit.record import Actor


@dataclass(frozen=True, slots=True)
class FindingDraft:
    """One check's word on a requirement, before there is a request to attach it to."""

    check: str
    version: str
    category: str
    verdict: str
    score: float | None = None
    threshold: float | None = None
    #: For a matched text: ``field``, ``start``, ``end`` of the span in what the caller wrote.
    evidence: dict[str, Any] = field(default_factory=dict)
    #: What the check itself said, where the brand's policy made another verdict of it.
    own_verdict: str = ""

    def as_json(self) -> dict[str, Any]:
        """What a caller is told: as of a finding that was kept, without what the policy changed."""
        return {
            "check": self.check,
            "version": self.version,
            "category": self.category,
            "verdict": self.verdict,
            "score": self.score,
            "threshold": self.threshold,
            "evidence": self.evidence,
        }


@dataclass(frozen=True, slots=True)
class PromptScreening:
    """The checks' joint word on a requirement: pass, flag (a person decides) or block."""

    verdict: Verdict
    findings: tuple[FindingDraft, ...] = ()
    #: The policy it was judged under; None where the brand has made none yet.
    policy_id: UUID | None = None


class ModerationHooks(Protocol):
    def screen_prompt(
        self, *, brand: Brand, prompt: str, negative_prompt: str, tags: dict[str, Any]
    ) -> PromptScreening:
        """Judge a requirement. Reads only; called before anything is written."""
        ...

    def request_accepted(
        self, *, request: GenerationRequest, screening: PromptScreening
    ) -> list[dict[str, Any]]:
        """Keep the findings and return them as :meth:`findings_of` would; where the request is
        held, open its prompt case.
        """
        ...

    def candidates_done(self, *, request: GenerationRequest) -> None:
        """All candidates have left rendering and at least one has a picture: screen them."""
        ...

    def request_cancelled(self, *, request: GenerationRequest, actor: Actor) -> None:
        """Withdraw open cases and screenings of the request."""
        ...

    def visibility_changed(self, *, candidate_ids: Sequence[UUID]) -> None:
        """Pictures were published or withdrawn: know which ones are out."""
        ...

    def findings_of(self, *, request_ids: Sequence[UUID]) -> dict[UUID, list[dict[str, Any]]]:
        """Findings per request as JSON, each with ``candidate_id`` (null for the requirement)."""
        ...

    def decisions_of(self, *, request_ids: Sequence[UUID]) -> dict[UUID, list[dict[str, Any]]]:
        """Decisions per request as JSON, oldest first."""
        ...

    def reason_in_words(self, code: str) -> str:
        """What a request's ``reason`` means to a reader, in their language."""
        ...

    def newest_case_of(self, *, request_id: UUID) -> UUID | None:
        """The case that was opened last about a request; None where none ever was."""
        ...


_hooks: ModerationHooks | None = None


def register_moderation(hooks: ModerationHooks) -> None:
    """Called once, as the moderation app gets ready."""
    global _hooks
    _hooks = hooks


def moderation() -> ModerationHooks:
    """The registered hooks. Raises ``RuntimeError`` if the moderation app is not installed."""
    if _hooks is None:
        raise RuntimeError("no moderation is registered: nothing may be rendered unchecked")
    return _hooks
