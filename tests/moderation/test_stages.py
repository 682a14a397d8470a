"""Several approvals: by different people, in order, of one picture; and taking one back."""

import pytest

from avatars.models import AvatarVersion, GenerationRequest
from avatars.selectors.progress import last_decision
from avatars.services.cancellation import cancel_request
from brandhub.accounts.models import Role
from brandhub.audit.models import AuditEvent
from brandhub.audit.record import Actor
from brandhub.common.errors import BrandHubError, Conflict
from brandhub.webhooks.models import OutboxEvent
from moderation.models import Decision, ReviewCase
from moderation.policies.rules import Stage
from moderation.selectors.cases import claimable
from moderation.selectors.progress import progress_of
from moderation.services import claim_case, undo_decision
from tests.factories import ReviewPolicyFactory, member
from tests.moderation.test_decisions import approve, audited, told
from tests.moderation.test_reviewing import act, everything, outcome
from tests.races import together

pytestmark = pytest.mark.django_db

TWICE = [Stage(approvals=2)]
THEN_MANAGER = [Stage("Look"), Stage("Brand", Role.MANAGER, claim_minutes=90)]


def undo(user, case, **values):
    return undo_decision(actor=Actor.person(user), user=user, case_id=case.pk, **values)


def refused(deed):
    """The code with which ``deed`` is refused; it has changed nothing."""
    before = everything()
    with pytest.raises(BrandHubError) as caught:
        deed()
    assert everything() == before
    return caught.value.error_code


def test_the_last_of_two_approvals_publishes(staged, reviewer, colleague):
    # given
    case = staged(TWICE)
    chosen = case.request.candidates.get(index=1)
    # when
    first = approve(reviewer, case, chosen, comment="Good ears.")
    # then it is everybody's again, and nothing is out
    case.refresh_from_db()
    assert (case.status, case.claimed_by, case.claimed_until) == ("open", None, None)
    assert (first.is_final, first.stage, first.policy) == (False, 1, case.policy)
    assert GenerationRequest.objects.get().status == "in_review"
    assert set(case.request.candidates.values_list("status", flat=True)) == {"screened"}
    assert not AvatarVersion.objects.exists()
    assert told() == []
    assert audited(case) == ["case.claimed", "case.approval_given", "case.released"]
    assert progress_of(case).missing == 1
    # when
    second = approve(colleague, case, chosen)
    # then
    case.refresh_from_db()
    assert (case.status, case.claimed_by) == ("approved", colleague)
    assert (second.is_final, second.stage) == (True, 1)
    assert AvatarVersion.objects.get().decision_id == second.pk
    assert told() == ["request.completed", "avatar.version.published"]
    assert progress_of(case).missing == 0


@pytest.mark.parametrize("who", ["reviewer", "superuser"])
def test_nobody_approves_twice(staged, request, who):
    person = request.getfixturevalue(who)
    case = staged(TWICE)
    approve(person, case, case.request.candidates.first())
    case.refresh_from_db()
    for action in ("approve", "claim", "reject", "request_changes"):
        assert outcome(action, person, case) == "approved_already"


def test_who_asked_reads_of_no_approval_that_is_not_final(staged, reviewer, colleague):
    case = staged(TWICE)
    chosen = case.request.candidates.first()
    approve(reviewer, case, chosen, comment="Good ears.")
    assert last_decision(case.request_id) is None
    approve(colleague, case, chosen)
    assert last_decision(case.request_id)["reviewer"]["name"] == colleague.username


def test_nor_in_another_stage(staged, manager):
    case = staged(THEN_MANAGER)
    approve(manager, case, case.request.candidates.first())
    case.refresh_from_db()
    assert (case.stage, outcome("approve", manager, case)) == (2, "approved_already")


@pytest.mark.parametrize("who", ["requester", "owner of the client"])
def test_nor_does_an_approval_make_ones_own_request_anothers(
    staged, reviewer, requester, platform, who
):
    own = requester if who == "requester" else platform.owner
    values = {} if who == "requester" else {"client": platform, "requested_by": reviewer}
    case = staged(TWICE, **values)
    if who == "requester":
        approve(reviewer, case, case.request.candidates.first())
        case.refresh_from_db()
    assert outcome("approve", own, case) == "own_request"


def test_all_approve_the_picture_that_was_approved_first(staged, reviewer, colleague):
    # given
    case = staged(TWICE)
    first, other = case.request.candidates.order_by("index")
    approve(reviewer, case, first)
    # when, then
    code = refused(lambda: approve(colleague, case, other))
    assert code == "other_picture_approved"
    assert refused(lambda: approve(colleague, case, first, pixel_sha256="0" * 64)) == (
        "pixels_changed"
    )
    assert approve(colleague, case, first).is_final


def test_a_stage_of_managers_is_theirs(staged, reviewer, colleague, manager):
    # given
    case = staged(THEN_MANAGER)
    chosen = case.request.candidates.first()
    # when a reviewer has passed the first
    approve(reviewer, case, chosen)
    case.refresh_from_db()
    # then
    assert (case.stage, case.judged_by, case.status) == (2, "manager", "open")
    for action in ("approve", "claim", "reject", "request_changes"):
        assert outcome(action, colleague, case) == "stage_role_required"
    assert outcome("comment", colleague, case) == "ok"
    assert list(claimable(colleague)) == []
    assert list(claimable(reviewer)) == []
    assert list(claimable(manager)) == [case]
    # when
    claimed = claim_case(actor=Actor.person(manager), user=manager, case_id=case.pk)
    assert 89 * 60 < (claimed.claimed_until - claimed.stage_entered_at).total_seconds() < 91 * 60
    final = approve(manager, case, chosen)
    # then
    assert (final.stage, final.is_final) == (2, True)
    assert AvatarVersion.objects.get().decision["stage"] == 2


def test_a_first_stage_of_managers_is_not_the_reviewers(staged, reviewer, manager):
    case = staged([Stage(role=Role.MANAGER)])
    assert outcome("approve", reviewer, case) == "stage_role_required"
    assert outcome("approve", manager, case) == "ok"


@pytest.mark.parametrize(
    ("action", "status", "request_status"),
    [
        ("reject", "rejected", "declined"),
        ("request_changes", "changes_requested", "changes_requested"),
    ],
)
def test_any_no_ends_it(staged, reviewer, manager, action, status, request_status):
    case = staged(THEN_MANAGER)
    approve(reviewer, case, case.request.candidates.first())
    decision = act(action, manager, case)
    case.refresh_from_db()
    assert (case.status, case.request.__class__.objects.get().status) == (status, request_status)
    assert (decision.is_final, decision.stage) == (True, 2)
    assert not AvatarVersion.objects.exists()


def test_a_blocked_picture_needs_everybodys_override(staged, reviewer, colleague):
    case = staged(TWICE)
    case.request.candidates.update(verdict="block")
    chosen = case.request.candidates.first()
    approve(reviewer, case, chosen, override=True, comment="It is a drawing.")
    assert refused(lambda: approve(colleague, case, chosen)) == "candidate_blocked"
    final = approve(colleague, case, chosen, override=True, comment="So it is.")
    assert (final.override, final.is_final) == (True, True)


def test_a_requirement_needs_one_yes_whatever_the_stages(held, brand, reviewer):
    policy = ReviewPolicyFactory(brand=brand, stage_rules=THEN_MANAGER)
    case = held(case={"policy": policy})
    assert act("approve", reviewer, case).is_final
    assert GenerationRequest.objects.get().status == "queued"


def test_cancelling_withdraws_a_case_in_mid_stage(staged, reviewer, requester):
    case = staged(TWICE)
    approve(reviewer, case, case.request.candidates.first())
    cancel_request(actor=Actor.person(requester), request_id=case.request_id)
    case.refresh_from_db()
    assert case.status == "withdrawn"
    assert refused(lambda: undo(reviewer, case)) == "case_closed"


# --- Taking an approval back -----------------------------------------------------------------


def test_an_approval_is_taken_back(staged, reviewer, colleague):
    # given
    case = staged(TWICE)
    first, other = case.request.candidates.order_by("index")
    given = approve(reviewer, case, first)
    # when
    taken = undo(reviewer, case, comment="The wrong one.")
    # then nothing stands, both are on record
    assert (taken.action, taken.undoes, taken.is_final) == ("undo", given, False)
    assert taken.comment == "The wrong one."
    assert Decision.objects.count() == 2
    assert progress_of(case).standing == ()
    assert audited(case)[-1] == "case.approval_undone"
    assert "The wrong one" not in str(AuditEvent.objects.latest("pk").data)
    # and the same person may choose another, as anybody may
    approve(reviewer, case, other)
    assert approve(colleague, case, other).is_final


def test_the_case_goes_back_to_the_stage_that_now_lacks_it(staged, reviewer, colleague, manager):
    # given a manager who has it in hand
    case = staged(THEN_MANAGER)
    chosen = case.request.candidates.first()
    approve(reviewer, case, chosen)
    claim_case(actor=Actor.person(manager), user=manager, case_id=case.pk)
    # when
    undo(reviewer, case)
    # then
    case.refresh_from_db()
    assert (case.stage, case.judged_by, case.status, case.claimed_by) == (
        1,
        "reviewer",
        "open",
        None,
    )
    # and the manager's yes counts for the first stage alone
    assert not approve(manager, case, chosen).is_final
    case.refresh_from_db()
    assert case.stage == 2
    assert not AvatarVersion.objects.exists()


def test_undoing_in_the_same_stage_leaves_a_colleagues_claim(staged, reviewer, colleague):
    case = staged(TWICE)
    approve(reviewer, case, case.request.candidates.first())
    claim_case(actor=Actor.person(colleague), user=colleague, case_id=case.pk)
    undo(reviewer, case)
    case.refresh_from_db()
    assert (case.status, case.claimed_by) == ("claimed", colleague)


def test_once_the_next_stage_has_decided_it_stands(staged, reviewer, manager):
    case = staged([Stage(), Stage(role=Role.MANAGER, approvals=2)])
    chosen = case.request.candidates.first()
    approve(reviewer, case, chosen)
    approve(manager, case, chosen)
    assert refused(lambda: undo(reviewer, case)) == "stage_passed"
    # but the later one can be taken back, and then the earlier
    undo(manager, case)
    undo(reviewer, case)
    case.refresh_from_db()
    assert case.stage == 1


def test_what_is_final_stands(staged, in_review, reviewer, colleague):
    case = in_review()
    approve(reviewer, case, case.request.candidates.first())
    assert refused(lambda: undo(reviewer, case)) == "case_closed"
    case = staged(TWICE)
    chosen = case.request.candidates.first()
    approve(reviewer, case, chosen)
    approve(colleague, case, chosen)
    for person in (reviewer, colleague):
        assert refused(lambda person=person: undo(person, case)) == "case_closed"


def test_nobody_takes_back_what_is_not_theirs(
    staged, reviewer, colleague, manager, viewer, stranger, superuser
):
    case = staged(TWICE)
    assert refused(lambda: undo(reviewer, case)) == "nothing_to_undo"
    approve(reviewer, case, case.request.candidates.first())
    expected = {
        colleague: "nothing_to_undo",
        manager: "nothing_to_undo",
        superuser: "nothing_to_undo",
        viewer: "role_required",
        stranger: "not_found",
    }
    for person, code in expected.items():
        assert refused(lambda person=person: undo(person, case)) == code
    undo(reviewer, case)
    assert refused(lambda: undo(reviewer, case)) == "nothing_to_undo"


def test_one_who_lost_the_role_takes_nothing_back(staged, brand, reviewer):
    case = staged(TWICE)
    approve(reviewer, case, case.request.candidates.first())
    brand.memberships.filter(user=reviewer).update(role=Role.VIEWER)
    assert refused(lambda: undo(reviewer, case)) == "role_required"


# --- At once ---------------------------------------------------------------------------------


@pytest.mark.django_db(transaction=True)
def test_two_last_approvals_at_once_publish_once(staged, brand, reviewer, colleague, manager):
    case = staged(TWICE)
    chosen = case.request.candidates.first()
    approve(reviewer, case, chosen)
    # when
    results = together(
        lambda: approve(colleague, case, chosen), lambda: approve(manager, case, chosen)
    )
    # then
    [lost] = [each for each in results if isinstance(each, Conflict)]
    assert lost.error_code == "case_closed"
    assert AvatarVersion.objects.count() == 1
    assert Decision.objects.filter(is_final=True).count() == 1
    assert OutboxEvent.objects.count() == 2


@pytest.mark.django_db(transaction=True)
def test_taking_back_and_the_final_approval_at_once_leave_one_of_them(staged, reviewer, colleague):
    case = staged(TWICE)
    chosen = case.request.candidates.first()
    approve(reviewer, case, chosen)
    # when
    undone, approved = together(
        lambda: undo(reviewer, case), lambda: approve(colleague, case, chosen)
    )
    # then either it was final first, or it is one approval again
    case.refresh_from_db()
    if isinstance(undone, Conflict):
        assert (undone.error_code, approved.is_final, case.status) == (
            "case_closed",
            True,
            "approved",
        )
    else:
        assert (approved.is_final, case.status) == (False, "open")
        assert progress_of(case).missing == 1
    assert AvatarVersion.objects.count() == int(case.status == "approved")


@pytest.mark.django_db(transaction=True)
def test_one_person_who_approves_twice_at_once_counts_once(staged, reviewer):
    case = staged(TWICE)
    chosen = case.request.candidates.first()
    results = together(*[lambda: approve(reviewer, case, chosen)] * 2)
    [refusal] = [each for each in results if isinstance(each, BrandHubError)]
    assert refusal.error_code == "approved_already"
    assert ReviewCase.objects.get().status == "open"
    assert Decision.objects.count() == 1


def test_three_different_people(staged, brand, reviewer, colleague, manager):
    case = staged([Stage(approvals=3)])
    chosen = case.request.candidates.first()
    finals = [approve(each, case, chosen).is_final for each in (reviewer, colleague, manager)]
    assert finals == [False, False, True]
    assert AvatarVersion.objects.count() == 1
    assert member(brand, Role.REVIEWER).pk not in case.decisions.values_list("reviewer", flat=True)
