"""Whose case it is: escalated, assigned, delegated; and what happens when nobody takes it."""

from datetime import timedelta
from functools import partial

import pytest
from django.utils import timezone

from avatars.models import AvatarVersion
from brandhub.accounts.models import Role
from brandhub.audit.models import AuditEvent, AuditText
from brandhub.audit.record import Actor
from brandhub.common.errors import InvalidInput
from brandhub.webhooks.models import OutboxEvent
from moderation import sweepers
from moderation.models import Decision, Delegation, Notice, ReviewCase
from moderation.policies.rules import Stage
from moderation.selectors.cases import QueueFilters, claimable, review_queue_for
from moderation.selectors.progress import progress_of
from moderation.services import (
    claim_case,
    delegate_duty,
    end_delegation,
    mark_overdue,
    undo_decision,
)
from tests.factories import UserFactory, member
from tests.moderation.steps import assign, escalate, pass_time
from tests.moderation.test_decisions import approve, audited, told
from tests.moderation.test_reviewing import act, everything, outcome
from tests.moderation.test_stages import THEN_MANAGER, TWICE, refused
from tests.races import together

pytestmark = pytest.mark.django_db


def delegate(user, brand, colleague, **values):
    until = timezone.now() + timedelta(days=7)
    return delegate_duty(
        actor=Actor.person(user),
        user=user,
        brand_id=brand.pk,
        delegate_id=colleague.pk,
        **{"until": until, **values},
    )


# --- Escalating ------------------------------------------------------------------------------


def test_an_escalated_case_is_the_managers(in_review, reviewer, colleague, manager):
    # given
    case = in_review()
    # when
    decision = escalate(reviewer, case)
    # then
    case.refresh_from_db()
    assert (case.status, case.claimed_by, case.judged_by) == ("open", None, "manager")
    assert case.escalated_at is not None
    assert (decision.action, decision.comment, decision.is_final) == (
        "escalate",
        "Is this ours?",
        False,
    )
    for person in (reviewer, colleague):
        for action in ("claim", "approve", "reject", "request_changes", "escalate"):
            assert outcome(action, person, case) == "stage_role_required"
        assert list(claimable(person)) == []
        assert outcome("comment", person, case) == "ok"
    assert list(claimable(manager)) == [case]
    assert outcome("approve", manager, case) == "ok"
    assert Decision.objects.get(action="approve").answers_escalation
    assert AvatarVersion.objects.count() == 1


def test_of_an_escalation_the_platform_and_the_managers_are_told(
    in_review, platform, reviewer, manager, requester
):
    # given
    case = in_review(client=platform, requested_by=platform.owner)
    # when
    escalate(reviewer, case, "The prompt says nothing of ears.")
    # then
    event = OutboxEvent.objects.get()
    assert (event.type, event.client) == ("review.escalated", platform)
    assert event.data["review"] == {
        "id": str(case.pk),
        "kind": "image",
        "stage": 1,
        "stages": 1,
        "due_at": None,
    }
    assert event.data["request_id"] == str(case.request_id)
    assert "ears" not in str(event.data)
    assert set(Notice.objects.values_list("kind", "recipient")) == {
        ("escalated", manager.pk),
        ("escalated", requester.pk),
    }
    record = AuditEvent.objects.get(action="case.escalated")
    assert "ears" not in str(record.data)
    assert AuditText.objects.get(event=record).text == "The prompt says nothing of ears."


def test_the_stages_go_on_after_the_managers_answer(staged, brand, reviewer, colleague, manager):
    case = staged(TWICE)
    chosen = case.request.candidates.first()
    escalate(reviewer, case)
    # when the manager says yes
    answer = approve(manager, case, chosen)
    # then it counts once, and the rest is everybody's again
    case.refresh_from_db()
    assert (answer.is_final, answer.answers_escalation) == (False, True)
    assert (case.escalated_at, case.judged_by) == (None, "reviewer")
    # and taking it back puts the question again
    undo_decision(actor=Actor.person(manager), user=manager, case_id=case.pk)
    case.refresh_from_db()
    assert (case.escalated_at is None, case.judged_by) == (False, "manager")
    approve(manager, case, chosen)
    assert approve(colleague, case, chosen).is_final


def test_an_escalation_needs_somebody_to_answer_it(in_review, brand, reviewer, manager, requester):
    case = in_review()
    assert refused(lambda: escalate(manager, case)) == "no_manager_eligible"
    brand.memberships.filter(user=manager).update(role=Role.VIEWER)
    # The other manager is the one who asked.
    assert refused(lambda: escalate(reviewer, case)) == "no_manager_eligible"


def test_once_is_enough(in_review, brand, reviewer, manager):
    case = in_review()
    member(brand, Role.MANAGER)
    escalate(reviewer, case)
    assert refused(lambda: escalate(manager, case)) == "escalated_already"


# --- Assigning -------------------------------------------------------------------------------


def test_an_assigned_case_is_that_persons(in_review, reviewer, colleague, manager):
    # given
    case = in_review()
    # when
    assign(manager, case, reviewer)
    # then
    case.refresh_from_db()
    assert (case.assigned_to, case.status) == (reviewer, "open")
    assert outcome("claim", colleague, case) == "case_assigned"
    assert outcome("approve", colleague, case) == "case_assigned"
    assert list(claimable(colleague)) == []
    assert list(claimable(reviewer)) == [case]
    mine = QueueFilters(assigned_to_me=True)
    assert list(review_queue_for(reviewer, mine)) == [case]
    assert list(review_queue_for(manager, mine)) == []
    assert list(Notice.objects.values_list("kind", "recipient")) == [("assigned", reviewer.pk)]
    assert audited(case) == ["case.assigned"]
    # when it is everybody's again
    assign(manager, case, None)
    # then
    assert outcome("claim", colleague, case) == "ok"


def test_a_manager_may_take_what_was_assigned(in_review, reviewer, manager):
    case = in_review()
    assign(manager, case, reviewer)
    assert outcome("approve", manager, case) == "ok"


def test_assigning_ends_anothers_claim(in_review, reviewer, colleague, manager):
    case = in_review()
    claim_case(actor=Actor.person(colleague), user=colleague, case_id=case.pk)
    assign(manager, case, reviewer)
    case.refresh_from_db()
    assert (case.status, case.claimed_by) == ("open", None)
    assert outcome("approve", colleague, case) == "case_assigned"


def test_only_one_who_may_decide_is_assigned(
    staged,
    brand,
    reviewer,
    colleague,
    manager,
    viewer,
    stranger,
    requester,
):
    case = staged([Stage(), Stage(role=Role.MANAGER)])
    inactive = member(brand, Role.REVIEWER, is_active=False)
    for person in (viewer, stranger, requester, inactive, UserFactory()):
        before = everything()
        with pytest.raises(InvalidInput) as caught:
            assign(manager, case, person)
        assert [each.code for each in caught.value.errors] == ["assignee_not_eligible"]
        assert everything() == before
    approve(reviewer, case, case.request.candidates.first())
    for person in (reviewer, colleague):
        with pytest.raises(InvalidInput):
            assign(manager, case, person)


def test_the_next_stage_is_nobodys(staged, brand, reviewer, manager):
    case = staged(THEN_MANAGER)
    assign(manager, case, reviewer)
    approve(reviewer, case, case.request.candidates.first())
    case.refresh_from_db()
    assert case.assigned_to is None


# --- Delegating ------------------------------------------------------------------------------


def test_a_delegate_decides_where_managers_must(staged, brand, reviewer, colleague, manager):
    # given
    case = staged(THEN_MANAGER)
    chosen = case.request.candidates.first()
    approve(reviewer, case, chosen)
    case.refresh_from_db()
    assert outcome("approve", colleague, case) == "stage_role_required"
    # when
    delegation = delegate(manager, brand, colleague)
    # then
    assert list(claimable(colleague)) == [case]
    final = approve(colleague, case, chosen)
    assert (final.is_final, final.reviewer, final.on_behalf_of) == (True, colleague, manager)
    assert audited(delegation) == ["review_duty.delegated"]


def test_what_a_manager_may_not_decide_cannot_be_handed_on(
    staged,
    brand,
    colleague,
    requester,
    platform,
):
    case = staged([Stage(role=Role.MANAGER)])
    delegate(requester, brand, colleague)
    assert outcome("approve", colleague, case) == "stage_role_required"


def test_nor_does_a_delegate_make_two_of_one_manager(staged, brand, colleague, manager):
    # given a stage that needs two managers
    case = staged([Stage(role=Role.MANAGER, approvals=2)])
    delegate(manager, brand, colleague)
    chosen = case.request.candidates.first()
    # when the manager has spoken, the delegate has not their word any more
    approve(manager, case, chosen)
    assert outcome("approve", colleague, case) == "stage_role_required"
    undo_decision(actor=Actor.person(manager), user=manager, case_id=case.pk)
    # and the other way round
    approve(colleague, case, chosen)
    assert outcome("approve", manager, case) == "approved_already"
    assert progress_of(case).missing == 1


def test_a_delegation_ends_with_its_time_its_revocation_and_the_role(
    staged,
    brand,
    colleague,
    manager,
):
    case = staged([Stage(role=Role.MANAGER)])
    delegate(manager, brand, colleague)
    assert outcome("claim", colleague, case) == "ok"
    Delegation.objects.update(until=timezone.now() - timedelta(seconds=1))
    assert outcome("claim", colleague, case) == "stage_role_required"
    delegate(manager, brand, colleague)
    second = Delegation.objects.get(revoked_at__isnull=True)
    end = partial(end_delegation, delegation_id=second.pk)
    # Nobody but who gave it takes it back,
    assert refused(lambda: end(actor=Actor.person(colleague), user=colleague)) == "not_found"
    ended = end(actor=Actor.person(manager), user=manager)
    assert outcome("claim", colleague, case) == "stage_role_required"
    # and once is enough.
    before = everything()
    ended.refresh_from_db()
    assert end(actor=Actor.person(manager), user=manager).revoked_at == ended.revoked_at
    assert everything() == before
    delegate(manager, brand, colleague)
    brand.memberships.filter(user=manager).update(role=Role.REVIEWER)
    assert outcome("claim", colleague, case) == "stage_role_required"


def test_a_new_delegation_takes_the_place_of_the_former(brand, reviewer, colleague, manager):
    first = delegate(manager, brand, reviewer)
    second = delegate(manager, brand, colleague)
    first.refresh_from_db()
    assert (first.revoked_at is None, second.revoked_at) == (False, None)


def test_an_assignees_delegate_may_take_the_case(in_review, brand, reviewer, colleague, manager):
    case = in_review()
    assign(manager, case, reviewer)
    assert outcome("claim", colleague, case) == "case_assigned"
    delegate(reviewer, brand, colleague)
    assert outcome("claim", colleague, case) == "ok"


def test_a_duty_goes_to_a_colleague_who_reviews_for_a_time(
    brand, reviewer, manager, viewer, stranger
):
    day = timedelta(days=1)
    now = timezone.now()
    for who, values, code in (
        (viewer, {}, "delegate_not_eligible"),
        (stranger, {}, "delegate_not_eligible"),
        (manager, {}, "delegate_not_eligible"),
        (member(brand, Role.REVIEWER, is_active=False), {}, "delegate_not_eligible"),
        (reviewer, {"until": now - day}, "until_not_possible"),
        (reviewer, {"until": now + 91 * day}, "until_not_possible"),
    ):
        before = everything()
        with pytest.raises(InvalidInput) as caught:
            delegate(manager, brand, who, **values)
        assert [each.code for each in caught.value.errors] == [code]
        assert everything() == before
    assert refused(lambda: delegate(viewer, brand, reviewer)) == "role_required"
    assert refused(lambda: delegate(stranger, brand, reviewer)) == "not_found"


# --- Age limits ------------------------------------------------------------------------------


def test_a_case_that_waits_too_long_is_marked_and_told_of_once(
    late, reviewer, manager, requester, platform
):
    # given
    assert sweepers.sweep_overdue_cases() == 0
    pass_time(late)
    # when
    assert sweepers.sweep_overdue_cases() == 1
    assert sweepers.sweep_overdue_cases() == 0
    assert mark_overdue(case_id=late.pk) is False
    # then
    late.refresh_from_db()
    assert late.overdue_at is not None
    assert told() == ["review.overdue"]
    assert OutboxEvent.objects.get().data["review"]["due_at"] == late.due_at.isoformat()
    # to all who may decide it, and not to the owner of the client, who may not
    assert set(Notice.objects.values_list("recipient", flat=True)) == {
        reviewer.pk,
        manager.pk,
        requester.pk,
    }
    assert audited(late)[-1] == "case.overdue"
    assert list(review_queue_for(reviewer, QueueFilters(overdue=True))) == [late]


def test_the_assignee_is_told_alone_and_whoever_does_their_duty(
    late, brand, reviewer, colleague, manager
):
    assign(manager, late, reviewer)
    delegate(reviewer, brand, colleague)
    Notice.objects.all().delete()
    pass_time(late)
    assert mark_overdue(case_id=late.pk)
    assert set(Notice.objects.values_list("recipient", flat=True)) == {reviewer.pk, colleague.pk}


def test_what_is_decided_is_not_overdue_and_another_stage_has_its_own_time(late, reviewer, manager):
    pass_time(late)
    approve(reviewer, late, late.request.candidates.first())
    late.refresh_from_db()
    assert (late.stage, late.due_at, late.overdue_at) == (2, None, None)
    act("reject", manager, late)
    ReviewCase.objects.update(due_at=timezone.now() - timedelta(seconds=1))
    assert sweepers.sweep_overdue_cases() == 0


@pytest.mark.django_db(transaction=True)
def test_of_two_sweeps_at_once_one_tells(late):
    pass_time(late)
    results = together(lambda: mark_overdue(case_id=late.pk), lambda: mark_overdue(case_id=late.pk))
    assert sorted(results) == [False, True]
    assert told() == ["review.overdue"]
