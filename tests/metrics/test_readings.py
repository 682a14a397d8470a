"""What else an operator is told of the installation: requests, attempts, cases, webhooks, seals."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.db import transaction
from django.db.models import F
from django.utils import timezone

from avatars import metrics as avatars
from avatars.models import Attempt, GenerationRequest
from avatars.queue import join_turns
from avatars.states import AttemptOutcome, CandidateStatus, RequestStatus
from brandhub.audit import metrics as audit
from brandhub.audit.chain import seal_events
from brandhub.audit.record import SYSTEM, record
from brandhub.common.ids import uuid7_floor
from brandhub.common.metrics.gauges import readings
from brandhub.webhooks import metrics as webhooks
from brandhub.webhooks.models import Delivery
from brandhub.webhooks.states import DeliveryStatus
from moderation import metrics as moderation
from moderation.models import ReviewCase
from moderation.states import CaseKind, CaseStatus
from tests import factories
from tests.metrics.conftest import told

pytestmark = pytest.mark.django_db


def key_of(**ago: float) -> UUID:
    """A key that was made so long ago."""
    floor = uuid7_floor(timezone.now() - timedelta(**ago))
    return UUID(int=floor.int | (uuid4().int & (1 << 62) - 1))


@pytest.mark.parametrize(
    ("name", "queries"),
    [
        ("audit", 2),
        ("webhooks", 3),
        ("requests", 5),
        ("attempts", 1),
        ("screenings", 1),
        ("cases", 2),
        ("decisions", 1),
        # One for each of six lines of work, and two lists of families; then whether anything waits.
        ("queues", 8),
        ("listeners", 10),
    ],
)
def test_a_reading_costs_as_many_queries_however_much_there_is(
    name: str, queries: int, django_assert_num_queries: Any
) -> None:
    request = factories.GenerationRequestFactory()
    join_turns(brand_id=request.brand_id, family=request.base_model.family)
    [reading] = [each for each in readings() if each.name == name]
    for _ in range(2):
        with django_assert_num_queries(queries):
            samples = list(reading.read())
        # It says something of each of its gauges, but of how long nothing took.
        assert {each.gauge for each in samples} | {moderation.DECIDING} >= set(reading.gauges)
        factories.CandidateFactory(request=request, status=CandidateStatus.QUEUED)
        factories.DeliveryFactory.create_batch(3)
        factories.ReviewCaseFactory.create_batch(3)
        factories.DecisionFactory.create_batch(3)


class TestRequests:
    def test_open_ones_are_told_by_status_with_the_age_of_the_oldest(self) -> None:
        factories.GenerationRequestFactory.create_batch(2, status=RequestStatus.SCREENING)
        old = factories.GenerationRequestFactory(id=key_of(hours=1), status=RequestStatus.SCREENING)
        GenerationRequest.objects.filter(pk=old.pk).update(
            created_at=F("created_at") - timedelta(hours=1)
        )
        factories.GenerationRequestFactory(status=RequestStatus.APPROVED)
        found = told(avatars.read_requests())
        numbers = {key[1]: value for key, value in found.items() if "open" in key[0]}
        assert numbers == {"held": 0, "queued": 0, "rendering": 0, "screening": 3, "in_review": 0}
        ages = {key[1]: value for key, value in found.items() if "oldest" in key[0]}
        assert ages.pop("screening") == pytest.approx(3600, abs=60)
        assert set(ages.values()) == {0}

    def test_attempts_are_told_by_outcome_while_they_are_recent(self) -> None:
        candidate = factories.CandidateFactory()
        ended = [
            ("rendered", {}),
            ("rendered", {}),
            ("expired", {}),
            ("failed", {"id": key_of(minutes=11)}),
            ("released", {"id": key_of(minutes=9)}),
        ]
        for token, (outcome, values) in enumerate(ended):
            Attempt.objects.create(
                candidate=candidate,
                lease_token=token,
                batch_id=uuid4(),
                batch_size=1,
                outcome=outcome,
                **values,
            )
        found = {key[1]: value for key, value in told(avatars.read_attempts()).items()}
        none = dict.fromkeys(AttemptOutcome.values, 0)
        assert found == none | {"rendered": 2, "expired": 1, "released": 1}


class TestReviewing:
    def test_open_cases_are_told_by_kind_with_the_age_of_the_oldest(self) -> None:
        factories.ReviewCaseFactory.create_batch(2)
        late = factories.ReviewCaseFactory(kind=CaseKind.PROMPT, overdue_at=timezone.now())
        ReviewCase.objects.filter(pk=late.pk).update(
            created_at=F("created_at") - timedelta(minutes=30)
        )
        factories.ReviewCaseFactory(status=CaseStatus.REJECTED)
        found = told(moderation.read_cases())
        assert found.pop(("brandhub_review_cases_oldest_seconds",)) == pytest.approx(1800, abs=60)
        assert found == {
            ("brandhub_review_cases_open", "prompt"): 1,
            ("brandhub_review_cases_open", "image"): 2,
            ("brandhub_review_cases_overdue",): 1,
        }

    def test_where_nothing_waits_no_case_has_an_age(self) -> None:
        assert set(told(moderation.read_cases()).values()) == {0}

    def test_decisions_are_told_by_what_took_how_long(self) -> None:
        # given: a request that took the platform 60 s and a person 40 s, an approval that others
        # must join, and a decision of yesterday
        now = timezone.now()
        decided = factories.DecisionFactory(created_at=now)
        GenerationRequest.objects.filter(pk=decided.case.request_id).update(
            created_at=now - timedelta(seconds=100), in_review_at=now - timedelta(seconds=40)
        )
        factories.DecisionFactory(is_final=False)
        factories.DecisionFactory(id=key_of(days=1))
        # when
        found = told(moderation.read_decisions())
        # then
        expected: dict[Any, Any] = {("brandhub_decisions_recent",): 1}
        for part, lasted in (("all", 100), ("platform", 60), ("people", 40)):
            for percentile in ("50", "90", "99"):
                expected["brandhub_decision_seconds", part, percentile] = pytest.approx(lasted)
        assert found == expected

    def test_where_nothing_was_decided_nothing_is_said_of_how_long(self) -> None:
        assert told(moderation.read_decisions()) == {("brandhub_decisions_recent",): 0}


class TestWebhooks:
    def test_the_lag_is_that_of_the_oldest_event_though_it_was_tried(self) -> None:
        for minutes, values in (
            (2, {}),
            (40, {"available_at": timezone.now() + timedelta(hours=1)}),
        ):
            row = factories.DeliveryFactory()
            Delivery.objects.filter(pk=row.pk).update(
                created_at=F("created_at") - timedelta(minutes=minutes), **values
            )
        off = factories.DeliveryFactory(endpoint__is_enabled=False)
        Delivery.objects.filter(pk=off.pk).update(created_at=F("created_at") - timedelta(hours=9))
        found = told(webhooks.read_webhooks())
        assert found["brandhub_outbox_lag_seconds",] == pytest.approx(2400, abs=60)

    def test_deliveries_and_endpoints_are_told_by_what_came_of_them(self) -> None:
        factories.DeliveryFactory(status=DeliveryStatus.DELIVERED)
        factories.DeliveryFactory(
            status=DeliveryStatus.ABANDONED, endpoint__failing_since=timezone.now()
        )
        factories.WebhookEndpointFactory(is_enabled=False, disabled_reason="gone")
        factories.WebhookEndpointFactory(is_enabled=False, disabled_reason="asked")
        factories.DeliveryFactory(id=key_of(minutes=11), status=DeliveryStatus.ABANDONED)
        found = told(webhooks.read_webhooks())
        assert {key[1:]: value for key, value in found.items() if key[1:]} == {
            ("pending",): 0,
            ("sending",): 0,
            ("delivered",): 1,
            ("abandoned",): 1,
            ("answering",): 2,
            ("failing",): 1,
            ("given_up",): 1,
            ("disabled",): 1,
        }


@pytest.mark.django_db(transaction=True)
class TestSeals:
    def test_what_the_sweep_has_not_sealed_is_told_until_it_has(self) -> None:
        brand = factories.BrandFactory()
        seal_events()
        with transaction.atomic():
            for number in range(3):
                record(actor=SYSTEM, action=f"brand.tested_{number}", of=brand, brand=brand)
        found = told(audit.read_seals())
        assert found["brandhub_audit_unsealed_events",] == 3
        assert found["brandhub_audit_sealing_lag_seconds",] > 0
        seal_events()
        assert set(told(audit.read_seals()).values()) == {0}
