"""The reviewers' queue and the case page's reading: only one's own brands, and no N + 1."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from brandhub.audit.record import Actor
from brandhub.common.errors import NotFound, Refused
from moderation.models import ReviewCase
from moderation.selectors.cases import QueueFilters, case_detail, review_queue_for
from moderation.services import claim_case, comment_on_case
from moderation.sweepers import sweep_expired_claims
from tests.factories import BrandFactory, FindingFactory, MembershipFactory, ReviewCaseFactory

pytestmark = pytest.mark.django_db


def read(cases):
    """Touch everything that a list shows of each case."""
    return [
        (
            case.brand.slug,
            case.request.bot.name,
            case.request.style_revision.style.name,
            case.claimed_by and case.claimed_by.username,
            [each.verdict for each in case.request.candidates.all()],
        )
        for case in cases
    ]


def test_the_queue_is_read_in_as_many_queries_for_ten_as_for_one(in_review, reviewer):
    def queries():
        with CaptureQueriesContext(connection) as captured:
            count = len(read(review_queue_for(reviewer)[:50]))
        return count, len(captured)

    in_review()
    assert queries() == (1, 3)
    for _ in range(9):
        in_review()
    assert queries() == (10, 3)


def test_the_one_that_waits_longest_comes_first(in_review, reviewer):
    cases = [in_review() for _ in range(3)]
    assert list(review_queue_for(reviewer)) == cases


def test_a_person_sees_the_cases_of_the_brands_where_they_review(
    in_review, reviewer, manager, viewer, stranger, superuser
):
    case = in_review()
    other = ReviewCaseFactory(brand=stranger.memberships.get().brand)
    assert list(review_queue_for(reviewer)) == [case]
    assert list(review_queue_for(manager)) == [case]
    assert list(review_queue_for(viewer)) == []
    assert list(review_queue_for(stranger)) == [other]
    assert set(review_queue_for(superuser)) == {case, other}
    MembershipFactory(brand=other.brand, user=reviewer, role="reviewer")
    assert set(review_queue_for(reviewer)) == {case, other}
    assert list(review_queue_for(reviewer, QueueFilters(brand="rival"))) == [other]


def test_filters(in_review, held, reviewer, colleague, requester, platform):
    # given
    picture, prompt = in_review(), held()
    mine = in_review()
    claim_case(actor=Actor.person(reviewer), user=reviewer, case_id=mine.pk)
    closed = in_review(case={"status": "approved"})
    own = in_review(requested_by=reviewer)
    of_client = in_review(client=platform, requested_by=platform.owner)

    def queue(**filters):
        return list(review_queue_for(reviewer, QueueFilters(**filters)))

    # then
    assert queue() == [picture, prompt, mine, own, of_client]
    assert queue(kind="prompt") == [prompt]
    assert queue(status="claimed") == [mine]
    assert queue(status="approved") == [closed]
    assert queue(claimed_by_me=True) == [mine]
    assert queue(without_own=True) == [picture, prompt, mine, of_client]
    assert list(review_queue_for(platform.owner, QueueFilters(without_own=True))) == [
        picture,
        prompt,
        mine,
        own,
    ]


def test_a_case_is_read_with_everything_in_a_fixed_number_of_queries(in_review, reviewer):
    # given
    case = in_review(candidates=4)
    for candidate in case.request.candidates.all():
        FindingFactory(candidate=candidate, check_name="broken_image")
        FindingFactory(candidate=candidate, check_name="palette_distance", verdict="flag")
    FindingFactory(request=case.request, candidate=None, check_name="prohibited_content")
    for text in ("First.", "Second."):
        comment_on_case(actor=Actor.person(reviewer), user=reviewer, case_id=case.pk, text=text)
    # when
    with CaptureQueriesContext(connection) as queries:
        detail = case_detail(reviewer, case.pk)
        shown = read([detail.case])
        authors = [(each.author.username, each.text) for each in detail.comments]
    # then
    assert len(queries) == 7
    assert len(shown) == 1
    assert [each.index for each in detail.candidates] == [0, 1, 2, 3]
    assert [each.check_name for each in detail.prompt_findings] == ["prohibited_content"]
    assert [each.verdict for each in detail.findings[detail.candidates[3].pk]] == ["pass", "flag"]
    assert authors == [(reviewer.username, "First."), (reviewer.username, "Second.")]
    assert detail.decisions == []
    assert detail.is_own is False


def test_a_case_is_shown_to_reviewers_of_its_brand_alone(
    in_review, reviewer, viewer, stranger, requester
):
    case = in_review()
    assert case_detail(requester, case.pk).is_own is True
    with pytest.raises(Refused):
        case_detail(viewer, case.pk)
    with pytest.raises(NotFound):
        case_detail(stranger, case.pk)
    with pytest.raises(NotFound):
        case_detail(reviewer, BrandFactory().pk)


def test_a_claim_that_has_run_out_is_given_back_by_the_sweep(in_review, reviewer):
    # given
    left, kept = in_review(), in_review()
    for case in (left, kept):
        claim_case(actor=Actor.person(reviewer), user=reviewer, case_id=case.pk)
    ReviewCase.objects.filter(pk=left.pk).update(
        claimed_until=timezone.now() - timedelta(seconds=1)
    )
    # when
    assert sweep_expired_claims() == 1
    # then
    left.refresh_from_db()
    kept.refresh_from_db()
    assert (left.status, left.claimed_by, left.claimed_until) == ("open", None, None)
    assert (kept.status, kept.claimed_by) == ("claimed", reviewer)
    assert sweep_expired_claims() == 0
