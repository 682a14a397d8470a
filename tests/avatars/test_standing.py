"""How long a request will take, by what the last executions took."""

from datetime import timedelta

import pytest
from django.utils import timezone

from avatars.models import Attempt
from avatars.selectors.queue import estimate_for_new
from tests.factories import CandidateFactory

pytestmark = pytest.mark.django_db


def rendered(family: str, *, seconds: float, together: int = 1) -> None:
    now = timezone.now()
    Attempt.objects.bulk_create(
        Attempt(
            candidate=each,
            lease_token=1,
            holder="worker-1",
            batch_id=each.pk,
            batch_size=together,
            outcome="rendered",
            started_at=now - timedelta(seconds=seconds),
            ended_at=now,
        )
        for each in CandidateFactory.create_batch(together, family=family, status="rendered")
    )


def test_a_batchs_time_is_shared_by_its_members() -> None:
    rendered("avatar-mini", seconds=4, together=2)
    rendered("avatar-mini", seconds=8, together=2)
    assert estimate_for_new(family="avatar-mini", candidates=5) == 15.0


def test_the_last_executions_tell(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("avatars.selectors.queue.SAMPLE", 1)
    rendered("avatar-mini", seconds=60)
    rendered("avatar-mini", seconds=3)
    assert estimate_for_new(family="avatar-mini", candidates=2) == 6.0


def test_a_family_that_drew_nothing_lately_is_not_looked_for_in_all_there_is(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    # given as many executions of another family as are looked at
    monkeypatch.setattr("avatars.selectors.queue.RECENT", 2)
    rendered("avatar-mini", seconds=3)
    rendered("avatar-maxi", seconds=5, together=2)
    # when / then
    assert estimate_for_new(family="avatar-maxi", candidates=1) == 2.5
    assert estimate_for_new(family="avatar-mini", candidates=1) is None
