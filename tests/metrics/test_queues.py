"""The queues as an operator sees them, read from the rows."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.core.cache import cache
from django.db import connection
from django.db.models import F
from django.db.models.functions import Now
from django.test.utils import CaptureQueriesContext

from avatars.models import Candidate
from avatars.models.requests import SANDBOX_PRIORITY, Priority
from avatars.queue import join_turns
from avatars.states import CandidateStatus
from avatars.sweepers import render_lines
from brandhub.common.metrics import gauges
from brandhub.jobs import metrics
from brandhub.jobs.protocol import LEASE_EXPIRED
from brandhub.webhooks.models import Delivery
from brandhub.webhooks.states import DeliveryStatus
from brandhub.webhooks.sweepers import delivery_lines
from moderation.models import ScreeningRun
from moderation.sweepers import moderation_lines
from styles.models import AdapterRevision
from tests import factories
from tests.metrics.conftest import told
from tests.plans import rows_read

pytestmark = pytest.mark.django_db

WEBHOOKS = ("webhooks", "webhooks")
RENDER = ("render.avatar-mini", "render")


def ago(**time: float) -> Any:
    return Now() - timedelta(**time)


def candidates(number: int, *, brand: Any = None, **values: Any) -> Any:
    """Queued pictures of one request, in its brand's turn."""
    brand = brand or factories.BrandFactory()
    request = factories.GenerationRequestFactory(brand=brand)
    join_turns(brand_id=brand.pk, family="avatar-mini")
    rows = factories.CandidateFactory.create_batch(
        number, request=request, status=CandidateStatus.QUEUED
    )
    found = Candidate.objects.filter(pk__in=[row.pk for row in rows])
    found.update(**values)
    return found


def queues() -> dict[tuple[str, ...], float]:
    return told(metrics.read_queues())


class TestRows:
    def test_each_is_told_by_what_it_waits_for(self) -> None:
        # given: due, waiting for a back-off, held, and held by somebody who is gone
        rows = factories.DeliveryFactory.create_batch(7)
        keys = [row.pk for row in rows]
        Delivery.objects.filter(pk__in=keys[:3]).update(available_at=ago(seconds=1))
        Delivery.objects.filter(pk=keys[0]).update(last_error=LEASE_EXPIRED)
        Delivery.objects.filter(pk__in=keys[3:5]).update(available_at=ago(seconds=-300))
        Delivery.objects.filter(pk__in=keys[5:]).update(
            status=DeliveryStatus.SENDING, lease_until=ago(seconds=-300)
        )
        Delivery.objects.filter(pk=keys[6]).update(lease_until=ago(seconds=1))
        # when
        found = queues()
        # then
        states = {key[3]: value for key, value in found.items() if key[1:3] == WEBHOOKS and key[3:]}
        assert states == {"due": 3, "later": 2, "held": 1, "lapsed": 1}
        assert found["brandhub_queue_rows_taken_back", *WEBHOOKS] == 1

    def test_what_waits_for_a_disabled_endpoint_waits_for_no_worker(self) -> None:
        factories.DeliveryFactory(endpoint__is_enabled=False)
        found = queues()
        assert found["brandhub_queue_rows", *WEBHOOKS, "due"] == 0
        assert found["brandhub_queue_oldest_due_seconds", *WEBHOOKS] == 0

    def test_no_more_are_counted_than_lists_count(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(gauges, "COUNTED", 3)
        monkeypatch.setattr(metrics, "_statements", {})
        candidates(5)
        assert queues()["brandhub_queue_rows", *RENDER, "due"] == 3

    def test_families_are_told_apart(self) -> None:
        candidates(2)
        factories.AdapterRevisionFactory(status="uploaded", base_model__family="other")
        found = queues()
        assert found["brandhub_queue_rows", *RENDER, "due"] == 2
        assert found["brandhub_queue_rows", "render.other", "adapter check", "due"] == 1


class TestTheOldest:
    def test_of_pictures_is_what_was_asked_for_first_though_others_go_before_it(self) -> None:
        candidates(2, queued_at=ago(minutes=2), available_at=ago(minutes=2))
        low = candidates(1, queued_at=ago(minutes=9), available_at=ago(seconds=1))
        low.update(priority=Priority.LOW)
        assert queues()["brandhub_queue_oldest_due_seconds", *RENDER] == pytest.approx(540, abs=60)

    def test_of_a_sandbox_counts_where_nothing_live_is_due(self) -> None:
        trial = candidates(1, queued_at=ago(hours=2), available_at=ago(hours=2))
        trial.update(priority=SANDBOX_PRIORITY)
        live = candidates(1, queued_at=ago(minutes=5), available_at=ago(minutes=5))
        key = ("brandhub_queue_oldest_due_seconds", *RENDER)
        assert queues()[key] == pytest.approx(300, abs=60)
        live.update(available_at=ago(minutes=-5))
        assert queues()[key] == pytest.approx(7200, abs=60)

    def test_of_deliveries_is_the_oldest_of_all_endpoints(self) -> None:
        for minutes in (3, 8, 5):
            row = factories.DeliveryFactory()
            Delivery.objects.filter(pk=row.pk).update(available_at=ago(minutes=minutes))
        found = queues()["brandhub_queue_oldest_due_seconds", *WEBHOOKS]
        assert found == pytest.approx(480, abs=60)

    def test_of_screenings_is_live_before_it_is_a_sandboxes(self) -> None:
        for sandbox, minutes in ((True, 60), (False, 4)):
            candidate = factories.CandidateFactory(status=CandidateStatus.RENDERED)
            ScreeningRun.objects.create(
                brand=candidate.brand,
                candidate=candidate,
                sandbox=sandbox,
                available_at=ago(minutes=minutes),
            )
        found = queues()["brandhub_queue_oldest_due_seconds", "screening", "screening"]
        assert found == pytest.approx(240, abs=60)

    def test_of_nothing_is_no_time(self) -> None:
        candidates(1, available_at=ago(minutes=-1))
        assert queues()["brandhub_queue_oldest_due_seconds", *RENDER] == 0


class TestWhatItCosts:
    """However much waits: one query for each line, and a look at the head of each queue."""

    def test_the_queries_do_not_grow_with_the_work(self) -> None:
        def made() -> int:
            with CaptureQueriesContext(connection) as queries:
                list(metrics.read_queues())
            return len(queries)

        candidates(1)
        before = made()
        for _ in range(3):
            candidates(4)
            factories.DeliveryFactory()
        # Pictures, checks, trainings, screenings, letters, deliveries; and two lists of families.
        assert (before, made()) == (6 + 2, 6 + 2)

    def test_of_a_long_queue_of_pictures_the_heads_are_read(self) -> None:
        # given: a long queue, and short ones
        long = candidates(1).get()
        _repeat("avatars_candidate", long.pk, 3000, index="100 + n", queued_at="now()")
        for _ in range(4):
            candidates(2)
        _analyze("avatars_candidate", "avatars_renderturn")
        [line] = render_lines()
        # when
        with CaptureQueriesContext(connection) as queries:
            list(line.oldest_due())
        # then
        [statement] = queries.captured_queries
        assert rows_read(statement["sql"], "avatars_candidate") <= 5 * 4

    def test_of_a_long_queue_of_deliveries_the_heads_are_read(self) -> None:
        long = factories.DeliveryFactory()
        _repeat_deliveries(long, 3000)
        factories.DeliveryFactory.create_batch(4)
        _analyze("webhooks_delivery", "webhooks_webhookendpoint")
        [line] = delivery_lines()
        with CaptureQueriesContext(connection) as queries:
            list(line.oldest_due())
        [statement] = queries.captured_queries
        assert rows_read(statement["sql"], "webhooks_delivery") <= 5

    def test_of_a_long_queue_of_screenings_the_head_is_read(self) -> None:
        candidate = factories.CandidateFactory(status=CandidateStatus.RENDERED)
        run = ScreeningRun.objects.create(brand=candidate.brand, candidate=candidate)
        more = candidates(1).get()
        _repeat("avatars_candidate", more.pk, 3000, index="100 + n")
        ScreeningRun.objects.bulk_create(
            ScreeningRun(brand_id=run.brand_id, candidate_id=key)
            for key in Candidate.objects.exclude(pk=candidate.pk).values_list("pk", flat=True)
        )
        _analyze("moderation_screeningrun")
        line = moderation_lines()[0]
        with CaptureQueriesContext(connection) as queries:
            list(line.oldest_due())
        [statement] = queries.captured_queries
        assert rows_read(statement["sql"], "moderation_screeningrun") == 1


class TestWhoListens:
    @pytest.fixture(autouse=True)
    def _nobody_was_heard(self) -> None:
        for queue in ("default", "screening", "webhooks", "training", "render.deaf"):
            cache.delete(f"heard:{queue}")

    def test_a_queue_that_nobody_listens_to_is_told(self) -> None:
        factories.AdapterRevisionFactory(status="uploaded", base_model__family="deaf")
        AdapterRevision.objects.update(available_at=F("available_at") - timedelta(minutes=3))
        assert told(metrics.read_unheard()) == {
            ("brandhub_queue_unheard", queue): float(queue == "render.deaf")
            for queue in ("default", "render.deaf", "screening", "training", "webhooks")
        }

    def test_after_redis_was_emptied_figures_are_the_same(self, scrape: Callable[[], Any]) -> None:
        candidates(2)
        key = (
            "brandhub_queue_rows",
            (("queue", RENDER[0]), ("state", "due"), ("work", RENDER[1])),
        )
        cache.clear()
        assert scrape()[key] == 2


def _repeat(table: str, key: Any, number: int, **changed: str) -> None:
    """Copies of a row, with keys of their own and what is ``changed``, by SQL."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT string_agg(quote_ident(column_name), ',') FROM information_schema.columns"
            " WHERE table_name = %s AND column_name <> ALL(%s)",
            [table, ["id", *changed]],
        )
        (rest,) = cursor.fetchone()
        names = ", ".join(f'"{name}"' for name in changed)
        cursor.execute(
            f"INSERT INTO {table} ({names}, {rest})"  # noqa: S608 - own words
            f" SELECT {', '.join(changed.values())}, {rest}"
            f" FROM {table}, generate_series(1, {number}) n WHERE id = %s",
            [key],
        )


def _repeat_deliveries(delivery: Delivery, number: int) -> None:
    _repeat("webhooks_outboxevent", delivery.event_id, number, created_at="now()")
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO webhooks_delivery (event_id, endpoint_id, status, last_error,"
            " lease_holder, attempts, lease_token, run_alone)"
            " SELECT id, %s, 'pending', '', '', 0, 0, false"
            " FROM webhooks_outboxevent WHERE id <> %s",
            [delivery.endpoint_id, delivery.event_id],
        )


def _analyze(*tables: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(f"ANALYZE {', '.join(tables)}")
