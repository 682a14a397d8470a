"""What avatars asks of moderation; see :class:`avatars.hooks.ModerationHooks`."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from avatars.hooks import PromptScreening
from avatars.models import GenerationRequest
from brandhub.accounts.models import Brand
from brandhub.audit.record import Actor
from moderation import services
from moderation.selectors.cases import newest_case_of
from moderation.selectors.findings import (
    decisions_of_requests,
    finding_as_json,
    findings_of_requests,
)
from moderation.wordings import reason_in_words


class Hooks:
    """The registered hooks: each is one service or selector."""

    def screen_prompt(
        self, *, brand: Brand, prompt: str, negative_prompt: str, tags: dict[str, Any]
    ) -> PromptScreening:
        return services.screen_prompt(
            brand=brand, prompt=prompt, negative_prompt=negative_prompt, tags=tags
        )

    def request_accepted(
        self, *, request: GenerationRequest, screening: PromptScreening
    ) -> list[dict[str, Any]]:
        kept = services.keep_screening(request=request, screening=screening)
        return [finding_as_json(each) for each in kept]

    def candidates_done(self, *, request: GenerationRequest) -> None:
        services.start_screenings(request=request)

    def request_cancelled(self, *, request: GenerationRequest, actor: Actor) -> None:
        services.withdraw_cases(request=request, actor=actor)
        services.cancel_screenings(request=request)

    def visibility_changed(self, *, candidate_ids: Sequence[UUID]) -> None:
        services.mark_published(candidate_ids=candidate_ids)

    def findings_of(self, *, request_ids: Sequence[UUID]) -> dict[UUID, list[dict[str, Any]]]:
        return findings_of_requests(request_ids)

    def decisions_of(self, *, request_ids: Sequence[UUID]) -> dict[UUID, list[dict[str, Any]]]:
        return decisions_of_requests(request_ids)

    def reason_in_words(self, code: str) -> str:
        return reason_in_words(code)

    def newest_case_of(self, *, request_id: UUID) -> UUID | None:
        return newest_case_of(request_id)
