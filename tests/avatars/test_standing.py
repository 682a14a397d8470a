"""How long a request will take, by what the last executions took."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from avatars.models import Attempt, Candidate, GenerationRequest
from avatars.models.requests import Priority
from avatars.selectors.queue import Standing, estimate_for_new, standing_of
from styles.models import StyleRevision
from tests.factories import CandidateFactory, GenerationRequestFactory, StyleRevisionFactory
from tests.plans import rows_read

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


def asked(
    revision: StyleRevision,
    *,
    minutes_ago: int,
    status: str = "queued",
    priority: Priority = Priority.NORMAL,
) -> GenerationRequest:
    """A request of two candidates that have waited for so long."""
    request = GenerationRequestFactory(
        style_revision=revision, status="queued", priority=priority, candidate_count=2
    )
    CandidateFactory.create_batch(
        2,
        request=request,
        status=status,
        queued_at=timezone.now() - timedelta(minutes=minutes_ago),
    )
    return request


def test_what_has_more_priority_or_waited_longer_comes_before() -> None:
    # given: a family that draws a picture in three seconds, and one request in the middle
    revision = StyleRevisionFactory()
    rendered(revision.base_model.family, seconds=3)
    own = asked(revision, minutes_ago=5)
    # when: one that waited longer, one in haste, one being drawn
    asked(revision, minutes_ago=9)
    asked(revision, minutes_ago=1, priority=Priority.HIGH)
    asked(revision, minutes_ago=8, status="rendering")
    # and three that come later: by time, by priority, and in another family's queue
    asked(revision, minutes_ago=2)
    asked(revision, minutes_ago=9, priority=Priority.LOW)
    asked(StyleRevisionFactory(base_model__family="avatar-maxi"), minutes_ago=9)
    # then: two requests wait before it, and six candidates and its own two are to be drawn
    assert standing_of(own) == Standing(position=2, seconds=24.0)


def test_what_is_all_being_drawn_has_no_place_in_the_queue() -> None:
    revision = StyleRevisionFactory()
    rendered(revision.base_model.family, seconds=3)
    asked(revision, minutes_ago=9)
    own = asked(revision, minutes_ago=5, status="rendering")
    assert standing_of(own) == Standing(position=None, seconds=12.0)


def test_a_long_queue_is_counted_to_the_bound_and_no_further(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    # given: five hundred candidates in wait, half of them in haste, and a request behind them all
    monkeypatch.setattr("avatars.selectors.queue.COUNTED", 10)
    revision = StyleRevisionFactory()
    family = revision.base_model.family
    rendered(family, seconds=3)
    for priority in (Priority.NORMAL, Priority.HIGH):
        first = asked(revision, minutes_ago=9, priority=priority)
        others = GenerationRequestFactory.build_batch(
            249,
            bot=first.bot,
            requested_by=first.requested_by,
            style_revision=revision,
            status="queued",
        )
        GenerationRequest.objects.bulk_create(others)
        Candidate.objects.bulk_create(
            CandidateFactory.build(
                request=each,
                brand=first.brand,
                index=0,
                priority=priority,
                status="queued",
                queued_at=timezone.now() - timedelta(minutes=8),
            )
            for each in others
        )
    own = asked(revision, minutes_ago=5)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE avatars_candidate, avatars_attempt")
    # when
    with CaptureQueriesContext(connection) as captured:
        standing = standing_of(own)
        estimate = estimate_for_new(family=family, candidates=2)
    # then: both numbers are the least they can be, and say so
    assert standing.at_least
    assert standing.position is not None
    assert 10 <= standing.position <= 20
    assert (standing.seconds, estimate) == (66.0, 36.0)
    # and ten were read of each priority, and the one whose drawing tells the pace
    told, planned = (each["sql"] for each in captured if "LIMIT 10" in each["sql"])
    assert rows_read(told, "avatars_candidate") <= 21
    assert rows_read(planned, "avatars_candidate") <= 11
