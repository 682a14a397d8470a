"""Whose turn it is: the order in which candidates are claimed, and what a claim reads and locks."""

from datetime import timedelta

import pytest
from django.db import connection, transaction
from django.db.models.functions import Now
from django.test.utils import CaptureQueriesContext

from avatars.models import Candidate, GenerationRequest
from avatars.queue import claim_rows, join_turns
from avatars.renderer import render_once
from avatars.services.enqueueing import batch_key_of
from avatars.services.rendering import begin_rendering
from tests.avatars.generators import PlainGenerator
from tests.avatars.steps import FAMILY, claim, queued_request
from tests.factories import (
    BrandFactory,
    CandidateFactory,
    GenerationRequestFactory,
    StyleRevisionFactory,
)
from tests.plans import rows_read
from tests.races import elsewhere

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.usefixtures("moderation"),
]


class TestWhoseTurnItIs:
    def test_a_higher_priority_goes_first(self):
        # given
        low, high = queued_request(count=1, priority=0), queued_request(count=1, priority=2)
        # when / then
        assert [claim(limit=1)[0].request_id for _ in range(2)] == [high.pk, low.pk]

    def test_waiting_makes_up_for_a_low_priority(self):
        # given a low one that has waited for three levels' worth
        low, high = queued_request(count=1, priority=0), queued_request(count=1, priority=2)
        low.candidates.update(queued_at=Now() - timedelta(minutes=7))
        # when / then
        assert claim(limit=1)[0].request_id == low.pk
        assert claim(limit=1)[0].request_id == high.pk

    def test_brands_take_turns_by_weight(self):
        # given one brand with ten candidates first, another with three and twice the weight
        busy, heavy = BrandFactory(queue_weight=1), BrandFactory(queue_weight=2)
        queued_request(count=9, brand=busy)
        queued_request(count=6, brand=heavy)
        # when
        order = [claim(limit=1)[0].brand_id for _ in range(9)]
        # then of every three turns the heavy one gets two
        for start in (0, 3, 6):
            assert sorted(order[start : start + 3]) == sorted([busy.pk, heavy.pk, heavy.pk])

    def test_a_brand_that_was_away_has_saved_no_turns(self):
        # given a brand that has been served ten times
        busy, idle = BrandFactory(), BrandFactory()
        join_turns(brand_id=idle.pk, family=FAMILY)
        queued_request(count=14, brand=busy)
        for _ in range(10):
            claim(limit=1)
        # when the idle one comes back
        join_turns(brand_id=idle.pk, family=FAMILY)
        request = GenerationRequestFactory(status="queued", brand=idle)
        CandidateFactory.create_batch(4, request=request, status="queued")
        order = [claim(limit=1)[0].brand_id for _ in range(4)]
        # then they alternate from here on
        assert sorted(order) == sorted([busy.pk, idle.pk] * 2)

    def test_a_batch_holds_one_recipe_and_prefers_one_request(self):
        # given two requests of one model and a third of another
        first = queued_request(count=2)
        same = queued_request(count=3, style_revision=first.style_revision)
        other = queued_request(count=1)
        # when
        rows = claim(limit=4)
        # then
        assert [row.request_id for row in rows] == [first.pk, first.pk, same.pk, same.pk]
        assert {row.batch_key for row in rows} == {first.candidates.first().batch_key}
        # and the other brand, which has had no turn yet, goes before the rest of the first
        assert [row.request_id for row in claim(limit=4)] == [other.pk]
        assert [row.request_id for row in claim(limit=4)] == [same.pk]

    def test_what_is_guided_otherwise_is_drawn_apart_and_as_its_style_says(self):
        # given two styles of one model that differ in this alone
        brand = BrandFactory()
        leading = StyleRevisionFactory(brand=brand, guidance_schedule="early")
        plain = StyleRevisionFactory(brand=brand, base_model=leading.base_model)
        for revision in (leading, plain):
            request = queued_request(count=1, brand=brand, style_revision=revision)
            request.candidates.update(batch_key=batch_key_of(request))
        generator = PlainGenerator()
        # when
        while render_once(family=FAMILY, generator=generator):
            pass
        # then
        assert [batch.guidance_schedule for batch in generator.batches] == ["early", "constant"]

    def test_what_has_to_run_alone_joins_nobody_and_nobody_joins_it(self):
        # given two requests of one recipe, each with one that has to run alone, the first in line
        first = queued_request(count=3)
        same = queued_request(count=2, style_revision=first.style_revision, brand=first.brand)
        first.candidates.filter(index=1).update(
            run_alone=True, queued_at=Now() - timedelta(minutes=1)
        )
        same.candidates.filter(index=1).update(run_alone=True)
        # when / then
        assert [[(row.request_id, row.index) for row in claim()] for _ in range(3)] == [
            [(first.pk, 1)],
            [(first.pk, 0), (first.pk, 2), (same.pk, 0)],
            [(same.pk, 1)],
        ]

    def test_what_has_another_key_than_its_request_is_drawn_apart(self):
        # given
        request = queued_request(count=3)
        request.candidates.filter(index=1).update(batch_key="k")
        # when / then
        assert [[row.index for row in claim()] for _ in range(2)] == [[0, 2], [1]]

    def test_while_others_take_all_of_the_first_brands_the_next_ones_is_taken(self):
        # given
        queued_request(count=2)
        second = queued_request(count=1)
        with transaction.atomic():
            assert len(claim_rows(family=FAMILY, limit=8, holder="a")) == 2
            # when / then
            assert [row.request_id for row in elsewhere(claim)] == [second.pk]

    def test_a_claim_locks_nothing_but_what_it_takes(self):
        # given two brands, and a claim of the first one that is not committed yet
        first, second = queued_request(count=2), queued_request(count=1)
        with transaction.atomic():
            mine = claim_rows(family=FAMILY, limit=1, holder="a")
            # when others claim meanwhile
            theirs = [elsewhere(lambda: claim(limit=1)) for _ in range(3)]
        # then they get all the rest, the next brand's when nothing is left of the first
        assert [(row.request_id, row.index) for row in mine] == [(first.pk, 0)]
        assert [[(row.request_id, row.index) for row in each] for each in theirs] == [
            [(first.pk, 1)],
            [(second.pk, 0)],
            [],
        ]

    def test_another_request_of_the_recipe_is_taken_while_its_own_is_being_taken(self):
        # given
        first = queued_request(count=1)
        same = queued_request(count=2, style_revision=first.style_revision, brand=first.brand)
        with transaction.atomic():
            claim_rows(family=FAMILY, limit=2, holder="a")
            # when / then
            assert [(row.request_id, row.index) for row in elsewhere(claim)] == [(same.pk, 1)]

    def test_a_claim_is_one_statement_and_charges_in_another(self):
        # given
        queued_request(count=4)
        # when
        with CaptureQueriesContext(connection) as captured:
            assert len(claim(limit=4)) == 4
        # then no transaction is kept open in between
        statements = [each["sql"].split()[:2] for each in captured]
        assert statements == [["WITH", "head"], ["WITH", "unhurried"]]

    @pytest.mark.parametrize(("limit", "statistics", "read"), [(1, "old", 4), (2, "new", 8)])
    def test_a_claim_reads_what_it_takes_and_not_a_long_queue(self, limit, statistics, read):
        # given a long queue of one recipe, which the tables' statistics know or do not know yet
        first = queued_request(count=1)
        others = GenerationRequestFactory.build_batch(
            500,
            bot=first.bot,
            requested_by=first.requested_by,
            style_revision=first.style_revision,
            status="queued",
        )
        GenerationRequest.objects.bulk_create(others)
        Candidate.objects.bulk_create(
            CandidateFactory.build(request=each, brand=first.brand, index=0, status="failed")
            for each in others
        )
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE avatars_candidate")
            Candidate.objects.update(status="queued")
            if statistics == "new":
                cursor.execute("ANALYZE avatars_candidate")
        # when
        with CaptureQueriesContext(connection) as captured, transaction.atomic():
            assert len(claim_rows(family=FAMILY, limit=limit, holder="a")) == limit
            transaction.set_rollback(True)
        (claiming,) = (each["sql"] for each in captured if "SKIP LOCKED" in each["sql"])
        # then it looks at the head, and three times at what it takes: to lock, find and write it;
        # where it looks for other requests' rows, it meets its own first
        assert rows_read(claiming, "avatars_candidate") == read

    def test_begin_rendering_is_idempotent(self):
        # given
        request = queued_request(count=1)
        # when
        begin_rendering(request_id=request.pk)
        begin_rendering(request_id=request.pk)
        # then
        assert list(request.events.values_list("kind", flat=True)) == ["status"]
