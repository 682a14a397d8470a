"""Moderation's side of the hooks, recorded: these tests are about what avatars does."""

from dataclasses import dataclass, field
from typing import Any

import pytest

from avatars import hooks
from avatars.hooks import PromptScreening
from avatars.states import Verdict


@dataclass
class RecordedModeration:
    """Passes every prompt unless told otherwise, and keeps what it was told."""

    screening: PromptScreening = field(default_factory=lambda: PromptScreening(Verdict.PASS))
    accepted: list[Any] = field(default_factory=list)
    done: list[Any] = field(default_factory=list)
    cancelled: list[Any] = field(default_factory=list)
    changed: list[Any] = field(default_factory=list)

    def screen_prompt(self, **_: Any) -> PromptScreening:
        return self.screening

    def request_accepted(self, *, request: Any, screening: PromptScreening) -> list[Any]:
        self.accepted.append(request.pk)
        return []

    def candidates_done(self, *, request: Any) -> None:
        self.done.append(request.pk)

    def request_cancelled(self, *, request: Any, actor: Any) -> None:
        self.cancelled.append(request.pk)

    def visibility_changed(self, *, candidate_ids: Any) -> None:
        self.changed += candidate_ids

    def findings_of(self, *, request_ids: Any) -> dict[Any, Any]:
        return {}

    def decisions_of(self, *, request_ids: Any) -> dict[Any, Any]:
        return {}


@pytest.fixture
def moderation(monkeypatch: pytest.MonkeyPatch) -> RecordedModeration:
    recorded = RecordedModeration()
    monkeypatch.setattr(hooks, "_hooks", recorded)
    return recorded
