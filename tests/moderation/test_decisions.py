"""What a decision does: to the case, the request, the candidates, the bot and whoever is told."""

import pytest
from django.utils import timezone

from avatars.models import AvatarVersion, GenerationRequest
from avatars.services import take_down
from avatars.services.cancellation import cancel_request
from brandhub.audit.models import AuditEvent
from brandhub.audit.record import Actor
from brandhub.common.errors import Conflict, InvalidTransition, NotFound
from brandhub.jobs.hints import send_hint
from brandhub.webhooks.models import OutboxEvent
from moderation.models import Decision, ReviewCase
from moderation.queue import SCREEN_QUEUE, SCREEN_TASK
from moderation.services import approve_case, claim_case, reject_case, request_changes
from tests.factories import AvatarVersionFactory, CandidateFactory
from tests.moderation.test_reviewing import act, everything, outcome
from tests.races import together

pytestmark = pytest.mark.django_db


def candidates(request):
    return list(request.candidates.order_by("index").values_list("status", flat=True))


def told():
    return list(OutboxEvent.objects.order_by("pk").values_list("type", flat=True))


def audited(of):
    return list(
        AuditEvent.objects.filter(object_id=of.pk).order_by("pk").values_list("action", flat=True)
    )


def approve(user, case, candidate, **values):
    return approve_case(
        actor=Actor.person(user),
        user=user,
        case_id=case.pk,
        candidate_id=candidate.pk,
        **{"pixel_sha256": candidate.pixel_sha256, **values},
    )


def test_an_approval_publishes_the_picture_that_was_shown(in_review, reviewer):
    # given
    case = in_review(candidates=3)
    request = case.request
    chosen = request.candidates.get(index=1)
    # when
    decision = approve(reviewer, case, chosen, comment="Just right.")
    # then
    case.refresh_from_db()
    request.refresh_from_db()
    assert (case.status, case.claimed_by) == ("approved", reviewer)
    assert case.closed_at is not None
    assert request.status == "approved"
    assert candidates(request) == ["not_selected", "approved", "not_selected"]
    assert (decision.action, decision.reviewer, decision.candidate) == (
        "approve",
        reviewer,
        chosen,
    )
    assert (decision.pixel_sha256, decision.override) == (chosen.pixel_sha256, False)
    version = AvatarVersion.objects.get()
    assert (version.bot, version.number, version.status) == (request.bot, 1, "current")
    assert version.pixel_sha256 == chosen.pixel_sha256
    assert version.decision_id == decision.pk
    assert version.decision == {
        "case_id": str(case.pk),
        "action": "approve",
        "reviewer": {"id": str(reviewer.pk), "name": reviewer.username},
        "policy": None,
        "stage": 1,
        "candidate_id": str(chosen.pk),
        "pixel_sha256": chosen.pixel_sha256,
        "override": False,
        "reason_codes": [],
        "decided_at": decision.created_at.isoformat(),
    }
    assert told() == ["request.completed", "avatar.version.published"]
    assert audited(case) == ["case.claimed", "case.approved"]
    event = AuditEvent.objects.get(action="case.approved")
    assert (event.actor_id, event.data["decision"]) == (reviewer.pk, str(decision.pk))
    assert "Just right." not in str(event.data)


@pytest.mark.parametrize("digest", ["", "0" * 64, "another's"])
def test_an_approval_of_other_pixels_than_those_shown_is_refused(in_review, reviewer, digest):
    # given
    case = in_review()
    shown, other = case.request.candidates.order_by("index")
    before = everything()
    # when
    with pytest.raises(Conflict) as caught:
        approve(
            reviewer,
            case,
            shown,
            pixel_sha256=other.pixel_sha256 if digest == "another's" else digest,
        )
    # then
    assert caught.value.error_code == "pixels_changed"
    assert everything() == before


def test_a_picture_of_another_request_cannot_be_approved(in_review, reviewer):
    case, other = in_review(), in_review()
    before = everything()
    with pytest.raises(NotFound):
        approve(reviewer, case, other.request.candidates.first())
    assert everything() == before


@pytest.mark.parametrize(
    "status", ["queued", "rendered", "failed", "quarantined", "rejected", "cancelled"]
)
def test_only_a_checked_picture_can_be_approved(in_review, reviewer, status):
    case = in_review()
    candidate = CandidateFactory(request=case.request, status=status)
    before = everything()
    with pytest.raises(Conflict) as caught:
        approve(reviewer, case, candidate)
    assert caught.value.error_code == "candidate_not_reviewable"
    assert everything() == before


def blocked_case(in_review, **values):
    case = in_review(**values)
    case.request.candidates.update(verdict="block")
    return case, case.request.candidates.get(index=0)


@pytest.mark.parametrize("status", ["in_review", "declined"])
def test_a_blocked_picture_needs_an_override_with_its_reason(in_review, reviewer, status):
    # given
    case, candidate = blocked_case(in_review, status=status)
    before = everything()
    # when
    with pytest.raises(Conflict) as caught:
        approve(reviewer, case, candidate)
    # then
    assert caught.value.error_code == "candidate_blocked"
    assert everything() == before
    # when
    decision = approve(reviewer, case, candidate, override=True, comment="It is a drawing.")
    # then
    assert decision.override is True
    assert AvatarVersion.objects.get().decision["override"] is True
    assert AuditEvent.objects.get(action="case.approved").data["override"] is True
    assert GenerationRequest.objects.get().status == "approved"


def test_an_override_that_was_not_needed_is_not_recorded_as_one(in_review, reviewer):
    case = in_review()
    decision = approve(
        reviewer, case, case.request.candidates.first(), override=True, comment="To be sure."
    )
    assert decision.override is False


def test_rejecting_declines_with_the_first_reason(in_review, reviewer):
    # given
    case = in_review()
    # when
    decision = reject_case(
        actor=Actor.person(reviewer),
        user=reviewer,
        case_id=case.pk,
        reason_codes=["infringing", "off_brand", "infringing"],
        comment=" Their mascot. ",
    )
    # then
    case.refresh_from_db()
    request = GenerationRequest.objects.get()
    assert (case.status, request.status, request.reason) == ("rejected", "declined", "infringing")
    assert candidates(request) == ["rejected", "rejected"]
    assert decision.reason_codes == ["infringing", "off_brand"]
    assert (decision.comment, decision.candidate) == ("Their mascot.", None)
    assert told() == ["request.declined"]
    assert not AvatarVersion.objects.exists()


def test_rejecting_what_the_checks_have_declined_closes_its_candidates(in_review, reviewer):
    case, _ = blocked_case(in_review, status="declined", reason="all_candidates_blocked")
    act("reject", reviewer, case)
    case.refresh_from_db()
    request = GenerationRequest.objects.get()
    assert (case.status, request.status, request.reason) == (
        "rejected",
        "declined",
        "all_candidates_blocked",
    )
    assert candidates(request) == ["rejected", "rejected"]
    assert told() == []


def test_asking_for_changes_keeps_what_should_change(in_review, reviewer):
    # given
    case = in_review()
    # when
    decision = request_changes(
        actor=Actor.person(reviewer),
        user=reviewer,
        case_id=case.pk,
        comment="Rounder ears.",
        reason_codes=["wrong_features"],
    )
    # then
    case.refresh_from_db()
    request = GenerationRequest.objects.get()
    assert (case.status, request.status) == ("changes_requested", "changes_requested")
    assert request.reason == "wrong_features"
    assert candidates(request) == ["rejected", "rejected"]
    assert decision.comment == "Rounder ears."
    assert told() == ["request.changes_requested"]


def test_no_changes_can_be_asked_of_what_the_checks_declined(in_review, reviewer):
    case, _ = blocked_case(in_review, status="declined")
    before = everything()
    with pytest.raises(InvalidTransition):
        act("request_changes", reviewer, case)
    assert everything() == before


def test_approving_a_held_requirement_lets_it_be_rendered(held, reviewer):
    # given
    case = held()
    # when
    decision = act("approve", reviewer, case)
    # then
    case.refresh_from_db()
    request = GenerationRequest.objects.get()
    assert (case.status, request.status) == ("approved", "queued")
    assert candidates(request) == ["queued", "queued"]
    assert (decision.candidate, decision.pixel_sha256) == (None, "")
    assert audited(request) == ["request.released"]


def test_rejecting_a_held_requirement_renders_nothing(held, reviewer):
    case = held()
    act("reject", reviewer, case, reason_codes=["misleading"])
    case.refresh_from_db()
    request = GenerationRequest.objects.get()
    assert (case.status, request.status, request.reason) == ("rejected", "declined", "misleading")
    assert candidates(request) == []
    assert told() == ["request.declined"]


def test_a_decision_that_is_sent_again_does_nothing(in_review, reviewer):
    case = in_review()
    candidate = case.request.candidates.first()
    approve(reviewer, case, candidate)
    assert outcome("approve", reviewer, case) == "case_closed"
    assert AvatarVersion.objects.count() == 1


def test_a_picture_that_was_withdrawn_once_is_not_published_again(in_review, reviewer, manager):
    # given
    case = in_review()
    candidate = case.request.candidates.first()
    published = AvatarVersionFactory(brand=case.brand, pixel_sha256=candidate.pixel_sha256)
    take_down(actor=Actor.person(manager), bot_id=published.bot_id, reason="A complaint.")
    before = everything()
    # when
    with pytest.raises(Conflict) as caught:
        approve(reviewer, case, candidate)
    # then
    assert caught.value.error_code == "pixels_taken_down"
    assert everything() == before


def test_a_claim_lasts_half_an_hour_and_can_be_renewed(in_review, reviewer):
    case = in_review()
    claimed = claim_case(actor=Actor.person(reviewer), user=reviewer, case_id=case.pk)
    left = claimed.claimed_until - timezone.now()
    assert 29 * 60 < left.total_seconds() <= 30 * 60
    ReviewCase.objects.update(claimed_until=timezone.now() + timezone.timedelta(minutes=1))
    again = claim_case(actor=Actor.person(reviewer), user=reviewer, case_id=case.pk)
    assert (again.claimed_until - timezone.now()).total_seconds() > 29 * 60
    assert audited(case) == ["case.claimed"]


def test_taking_over_an_abandoned_case_is_on_record(in_review, reviewer, colleague):
    case = in_review(
        case={
            "status": "claimed",
            "claimed_by": colleague,
            "claimed_until": timezone.now() - timezone.timedelta(seconds=1),
        }
    )
    claim_case(actor=Actor.person(reviewer), user=reviewer, case_id=case.pk)
    case.refresh_from_db()
    assert (case.status, case.claimed_by) == ("claimed", reviewer)
    assert audited(case) == ["case.claim_expired", "case.claimed"]


@pytest.mark.django_db(transaction=True)
def test_of_two_reviewers_who_claim_at_once_one_wins(in_review, reviewer, colleague):
    # given
    case = in_review()

    def claim(user):
        return lambda: claim_case(actor=Actor.person(user), user=user, case_id=case.pk)

    # when
    results = together(claim(reviewer), claim(colleague))
    # then
    won = [each for each in results if isinstance(each, ReviewCase)]
    lost = [each for each in results if isinstance(each, Conflict)]
    assert (len(won), len(lost)) == (1, 1)
    assert lost[0].error_code == "case_claimed"
    case.refresh_from_db()
    assert case.claimed_by_id == won[0].claimed_by_id
    assert audited(case) == ["case.claimed"]


@pytest.mark.django_db(transaction=True)
def test_of_two_reviewers_who_decide_at_once_one_wins(in_review, reviewer, colleague):
    # given
    case = in_review()
    first, second = case.request.candidates.order_by("index")
    # when
    results = together(
        lambda: approve(reviewer, case, first), lambda: approve(colleague, case, second)
    )
    # then
    won = [each for each in results if isinstance(each, Decision)]
    lost = [each for each in results if isinstance(each, Conflict)]
    assert (len(won), len(lost)) == (1, 1), results
    assert lost[0].error_code == "case_closed"
    assert Decision.objects.count() == 1
    version = AvatarVersion.objects.get()
    assert version.candidate_id == won[0].candidate_id
    assert sorted(candidates(case.request)) == ["approved", "not_selected"]
    assert told() == ["request.completed", "avatar.version.published"]


@pytest.mark.django_db(transaction=True)
def test_a_decision_and_a_cancellation_at_once_leave_one_of_them(in_review, reviewer, requester):
    # given
    case = in_review()
    candidate = case.request.candidates.first()
    # when
    results = together(
        lambda: approve(reviewer, case, candidate),
        lambda: cancel_request(actor=Actor.person(requester), request_id=case.request_id),
    )
    # then
    errors = [each for each in results if isinstance(each, Exception)]
    assert len(errors) == 1, results
    assert errors[0].error_code in {"case_closed", "invalid_transition"}
    case.refresh_from_db()
    request = GenerationRequest.objects.get()
    approved = isinstance(results[0], Decision)
    assert (case.status, request.status) == (
        ("approved", "approved") if approved else ("withdrawn", "cancelled")
    )
    assert AvatarVersion.objects.count() == int(approved)


def test_hints_are_not_needed_to_decide(in_review, reviewer, settings):
    """A broker that is away keeps nobody from deciding: the row stays due."""
    settings.CACHES = {
        "default": {
            "BACKEND": "django.core.cache.backends.redis.RedisCache",
            "LOCATION": "redis://127.0.0.1:1/0",
        }
    }
    assert send_hint(SCREEN_TASK, queue=SCREEN_QUEUE) is False
    case = in_review()
    assert approve(reviewer, case, case.request.candidates.first()).action == "approve"
