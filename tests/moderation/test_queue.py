"""The queue: merged over brands, filtered, cut into pages by key; and the next case for many."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from avatars.states import Verdict
from brandhub.accounts.models import Brand, Role, User
from brandhub.audit.models import AuditEvent
from brandhub.audit.record import Actor
from brandhub.common.errors import NotFound
from brandhub.common.ids import uuid7_floor
from moderation import locking_to_claim
from moderation.casework import case_rows
from moderation.locking import lock_case
from moderation.models import ReviewCase
from moderation.selectors.cases import QueueFilters
from moderation.selectors.queue import (
    COUNTED,
    decided_page,
    open_case_count,
    queue_page,
)
from moderation.services import claim_case, claim_next_case, open_case
from moderation.states import CaseKind, CaseStatus
from moderation.sweepers import sweep_expired_claims
from tests.factories import (
    BrandFactory,
    CandidateFactory,
    GenerationRequestFactory,
    MembershipFactory,
    ReviewCaseFactory,
    member,
)
from tests.integration.processes import wait_until
from tests.races import InAnotherConnection, elsewhere, together

CaseMaker = Callable[..., ReviewCase]


def keys(cases: list[ReviewCase]) -> list[object]:
    return [case.pk for case in cases]


@pytest.fixture
def of_two_brands(db: None, brand: Brand, reviewer: User, in_review: CaseMaker) -> list[ReviewCase]:
    """Six cases in their order, by turns of two brands where ``reviewer`` reviews."""
    other = MembershipFactory(user=reviewer, role=Role.MANAGER, brand=BrandFactory(slug="second"))
    found = []
    for _ in range(3):
        found += [in_review(), ReviewCaseFactory(brand=other.brand)]
    # Neither a stranger's case nor one of a brand where the person only looks is theirs.
    ReviewCaseFactory()
    ReviewCaseFactory(brand=MembershipFactory(user=reviewer, role=Role.VIEWER).brand)
    return found


def test_pages_over_several_brands_are_in_the_order_of_waiting(
    of_two_brands: list[ReviewCase], reviewer: User
) -> None:
    first = queue_page(reviewer, QueueFilters(), after="", size=4)
    assert first.rows == keys(of_two_brands[:4])
    assert (first.is_first, first.next_after) == (True, str(of_two_brands[3].pk))
    second = queue_page(reviewer, QueueFilters(), after=first.next_after, size=4)
    assert second.rows == keys(of_two_brands[4:])
    assert (second.is_first, second.next_after) == (False, "")


def test_one_brand_of_several(of_two_brands: list[ReviewCase], reviewer: User) -> None:
    page = queue_page(reviewer, QueueFilters(brand="second"), after="", size=4)
    assert page.rows == keys(of_two_brands[1::2])
    assert queue_page(reviewer, QueueFilters(brand="no-such"), after="", size=4).rows == []


def test_a_superuser_reads_every_brand(of_two_brands: list[ReviewCase], superuser: User) -> None:
    assert len(queue_page(superuser, QueueFilters(), after="", size=20).rows) == 8


def test_decided_cases_are_paged_the_latest_first(
    of_two_brands: list[ReviewCase], reviewer: User
) -> None:
    ReviewCase.objects.filter(pk__in=keys(of_two_brands[:3])).update(status=CaseStatus.APPROVED)
    first = decided_page(reviewer, after="", size=2)
    assert first.rows == [of_two_brands[2].pk, of_two_brands[1].pk]
    assert decided_page(reviewer, after=first.next_after, size=2).rows == [of_two_brands[0].pk]


def test_an_after_that_is_no_key_is_not_found(reviewer: User) -> None:
    for read in (decided_page, lambda *args, **page: queue_page(*args, QueueFilters(), **page)):
        with pytest.raises(NotFound):
            read(reviewer, after="nonsense", size=2)


@pytest.mark.parametrize("brands", [1, 6])
def test_the_head_of_the_queue_costs_one_query_whatever_the_brands(
    brands: int, in_review: CaseMaker, reviewer: User
) -> None:
    in_review()
    for _ in range(brands - 1):
        ReviewCaseFactory(brand=MembershipFactory(user=reviewer, role=Role.REVIEWER).brand)
    with CaptureQueriesContext(connection) as captured:
        page = queue_page(reviewer, QueueFilters(), after="", size=20)
    assert (len(page.rows), len(captured)) == (brands, 1)
    with CaptureQueriesContext(connection) as captured:
        rows = case_rows(page.rows)
        shown = [(each.request.bot.worn, each.request.shown, each.brand.name) for each in rows]
    # The cases with what they belong to, their pictures, their bots' versions.
    assert (len(shown), len(captured)) == (brands, 3)


def test_filters_of_the_queue(
    in_review: CaseMaker, held: CaseMaker, reviewer: User, colleague: User
) -> None:
    # Given cases that differ in one respect each,
    plain, requirement = in_review(case={"verdict": Verdict.PASS}), held()
    flagged = in_review(case={"verdict": Verdict.FLAG})
    styled = in_review()
    styled.style = styled.request.style_revision.style
    styled.save(update_fields=["style"])
    mine, theirs, lapsed = in_review(), in_review(), in_review()
    claim_case(actor=Actor.person(reviewer), user=reviewer, case_id=mine.pk)
    for case in (theirs, lapsed):
        claim_case(actor=Actor.person(colleague), user=colleague, case_id=case.pk)
    ReviewCase.objects.filter(pk=lapsed.pk).update(
        claimed_until=timezone.now() - timedelta(seconds=1)
    )

    def queue(**filters: object) -> list[object]:
        return queue_page(reviewer, QueueFilters(**filters), after="", size=20).rows

    # then each filter finds its own.
    assert queue(kind="prompt") == keys([requirement])
    assert queue(verdict="pass") == keys([plain])
    assert queue(verdict="flag") == keys([flagged])
    assert queue(style_id=styled.style_id) == keys([styled])
    assert queue(claimed_by_me=True) == keys([mine])
    assert queue(unclaimed=True) == keys([plain, requirement, flagged, styled])
    # A claim that has run out is nobody's as soon as the sweep has passed.
    sweep_expired_claims()
    assert queue(unclaimed=True) == keys([plain, requirement, flagged, styled, lapsed])
    assert queue(style_id=styled.style_id, verdict="flag") == []


def test_age_is_read_from_the_key(in_review: CaseMaker, brand: Brand, reviewer: User) -> None:
    now = timezone.now()
    old = ReviewCaseFactory(
        id=uuid7_floor(now - timedelta(hours=30)), request=in_review().request, kind="prompt"
    )
    page = queue_page(reviewer, QueueFilters(waiting_for=timedelta(days=1)), after="", size=9)
    assert page.rows == [old.pk]
    over = QueueFilters(waiting_for=timedelta(hours=31))
    assert queue_page(reviewer, over, after="", size=9).rows == []


def test_counting_stops_where_nobody_reads_on(
    in_review: CaseMaker, brand: Brand, reviewer: User
) -> None:
    case = in_review()
    assert open_case_count(reviewer) == 1
    requests = GenerationRequestFactory.build_batch(
        COUNTED + 5,
        brand=brand,
        bot=case.request.bot,
        style_revision=case.request.style_revision,
        requested_by=None,
    )
    type(requests[0]).objects.bulk_create(requests)
    ReviewCase.objects.bulk_create(
        ReviewCase(brand=brand, request=each, kind="image", status="open") for each in requests
    )
    assert open_case_count(reviewer) == COUNTED


@pytest.mark.parametrize(
    ("verdicts", "said"),
    [
        (["pass", "pass"], "pass"),
        (["pass", "flag"], "flag"),
        (["block", "flag"], "block"),
        (["", ""], ""),
    ],
)
@pytest.mark.django_db
def test_a_case_keeps_its_style_and_the_worst_verdict(verdicts: list[str], said: str) -> None:
    request = GenerationRequestFactory()
    for verdict in verdicts:
        CandidateFactory(request=request, verdict=verdict)
    case = open_case(request=request, kind=CaseKind.IMAGE)
    case.refresh_from_db()
    assert (case.style, case.verdict) == (request.style_revision.style, said)


@pytest.mark.django_db
def test_a_requirement_in_doubt_is_flagged() -> None:
    case = open_case(request=GenerationRequestFactory(status="held"), kind=CaseKind.PROMPT)
    assert case.verdict == Verdict.FLAG


def take(user: User, **filters: object) -> ReviewCase | None:
    return claim_next_case(actor=Actor.person(user), user=user, filters=QueueFilters(**filters))


def test_the_next_case_is_the_oldest_that_one_may_decide(
    in_review: CaseMaker, held: CaseMaker, reviewer: User, colleague: User
) -> None:
    # Given one's own, a colleague's, and two that are free,
    own = in_review(requested_by=reviewer)
    theirs, first, second = in_review(), in_review(), held()
    claim_case(actor=Actor.person(colleague), user=colleague, case_id=theirs.pk)
    events = AuditEvent.objects.count()
    # then they come in their order, each claimed and recorded,
    assert take(reviewer) == first
    first.refresh_from_db()
    assert (first.status, first.claimed_by) == (CaseStatus.CLAIMED, reviewer)
    assert AuditEvent.objects.filter(action="case.claimed", object_id=first.pk).count() == 1
    assert take(reviewer, kind="prompt") == second
    # and then there is none.
    assert take(reviewer) is None
    assert AuditEvent.objects.count() == events + 2
    for case in (own, theirs):
        case.refresh_from_db()
    assert (own.status, theirs.claimed_by) == (CaseStatus.OPEN, colleague)


@pytest.mark.parametrize("role", [Role.VIEWER, None])
def test_who_reviews_nowhere_is_given_nothing(
    role: str | None, in_review: CaseMaker, brand: Brand, stranger: User
) -> None:
    case = in_review()
    person = member(brand, role) if role else stranger
    assert take(person) is None
    case.refresh_from_db()
    assert (case.status, case.claimed_by) == (CaseStatus.OPEN, None)


@pytest.mark.django_db(transaction=True)
def test_a_case_that_is_locked_is_passed_over_and_not_waited_for(
    in_review: CaseMaker, reviewer: User
) -> None:
    first, second = in_review(), in_review()
    with transaction.atomic():
        # Given somebody at work on the oldest, who has not committed yet,
        lock_case(first.pk)
        # then a colleague gets the one after it at once.
        taken = InAnotherConnection(lambda: take(reviewer)).start().finish()
    assert taken == second
    first.refresh_from_db()
    assert first.status == CaseStatus.OPEN


def test_the_brand_whose_oldest_has_waited_longest_comes_first(
    of_two_brands: list[ReviewCase], reviewer: User
) -> None:
    assert [take(reviewer) for _ in range(7)] == [*of_two_brands, None]


@pytest.mark.django_db(transaction=True)
def test_many_at_once_get_a_case_each(in_review: CaseMaker, brand: Brand) -> None:
    cases = [in_review() for _ in range(6)]
    people = [member(brand, Role.REVIEWER) for _ in range(8)]
    taken = together(*(lambda person=person: take(person) for person in people))
    assert sorted(keys([each for each in taken if each])) == keys(cases)
    assert taken.count(None) == 2
    claimants = {case.claimed_by_id for case in ReviewCase.objects.all()}
    assert len(claimants) == 6


@pytest.mark.django_db(transaction=True)
def test_a_case_taken_since_it_was_read_is_not_taken_again(
    in_review: CaseMaker, reviewer: User, colleague: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    # Given two cases, and one who has begun to read them and is halted before locking any,
    first, second = in_review(), in_review()
    gate = "(SELECT pg_advisory_xact_lock(6)) IS NOT NULL"
    monkeypatch.setattr(locking_to_claim, "_FREE", f"{gate} AND {locking_to_claim._FREE}")
    with transaction.atomic():
        take_lock(6)
        halted = InAnotherConnection(lambda: take(reviewer)).start()
        wait_until_somebody_waits_for(6)
        # when a colleague takes the first one meanwhile,
        elsewhere(
            lambda: claim_case(actor=Actor.person(colleague), user=colleague, case_id=first.pk)
        )
    # then the other one is left.
    assert halted.finish() == second
    first.refresh_from_db()
    assert first.claimed_by == colleague


@pytest.mark.django_db(transaction=True)
def test_where_all_of_a_brand_are_locked_another_brand_is_next(
    of_two_brands: list[ReviewCase], reviewer: User
) -> None:
    with transaction.atomic():
        for case in of_two_brands[::2]:
            lock_case(case.pk)
        assert elsewhere(lambda: take(reviewer)) == of_two_brands[1]
        for case in of_two_brands[3::2]:
            lock_case(case.pk)
        assert elsewhere(lambda: take(reviewer)) is None


def take_lock(number: int) -> None:
    """Until the end of the transaction."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [number])


def wait_until_somebody_waits_for(number: int) -> None:
    wait_until(lambda: waiting_for(number) == 1, what="somebody who waits for the lock")


def waiting_for(number: int) -> int:
    with connection.cursor() as cursor:
        # Only in this database: another process's tests use the same server.
        cursor.execute(
            "SELECT count(*) FROM pg_locks JOIN pg_database ON pg_database.oid = database"
            " WHERE locktype = 'advisory' AND NOT granted AND objid = %s"
            " AND datname = current_database()",
            [number],
        )
        return int(cursor.fetchone()[0])
