"""Who may do what to a case on its way: stage, escalation, assignment and delegation by role."""

from datetime import timedelta

import pytest
from django.utils import timezone

from brandhub.accounts.models import Role
from brandhub.audit.record import Actor
from moderation.services import assign_case, delegate_duty, escalate_case
from tests.factories import member
from tests.moderation.test_decisions import approve
from tests.moderation.test_reviewing import ACTIONS, DECIDING, OWN_AS_MANAGER, outcome
from tests.moderation.test_stages import THEN_MANAGER, TWICE

pytestmark = pytest.mark.django_db

MAY = dict.fromkeys(ACTIONS, "ok") | {"undo": "nothing_to_undo"}
REVIEWER = MAY | {"assign": "role_required"}
REQUESTER = MAY | OWN_AS_MANAGER
WHO_APPROVED = REVIEWER | dict.fromkeys(DECIDING, "approved_already") | {"undo": "ok"}
NOT_THEIR_STAGE = REVIEWER | dict.fromkeys(DECIDING, "stage_role_required")

#: Situation → who → action → what they get.
CELLS = {
    "a colleague has approved the first of two": {
        "reviewer": REVIEWER,
        "colleague": WHO_APPROVED,
        "deputy": REVIEWER,
        "manager": MAY,
        "requester": REQUESTER,
    },
    "the stage is the managers'": {
        "reviewer": NOT_THEIR_STAGE,
        "colleague": WHO_APPROVED,
        "deputy": REVIEWER,
        "manager": MAY,
        "requester": REQUESTER,
    },
    "a colleague has escalated it": {
        "reviewer": NOT_THEIR_STAGE,
        "colleague": NOT_THEIR_STAGE,
        "deputy": REVIEWER | {"escalate": "escalated_already"},
        "manager": MAY | {"escalate": "escalated_already"},
        "requester": REQUESTER,
    },
    "it was assigned to a colleague": {
        "reviewer": REVIEWER | dict.fromkeys(DECIDING, "case_assigned"),
        "colleague": REVIEWER,
        "deputy": REVIEWER | dict.fromkeys(DECIDING, "case_assigned"),
        "manager": MAY,
        "requester": REQUESTER,
    },
}


@pytest.fixture
def people(brand, reviewer, colleague, manager, requester):
    """By name; the deputy is a reviewer who does the manager's duty."""
    deputy = member(brand, Role.REVIEWER)
    delegate_duty(
        actor=Actor.person(manager),
        user=manager,
        brand_id=brand.pk,
        delegate_id=deputy.pk,
        until=timezone.now() + timedelta(days=1),
    )
    # Somebody else who could answer an escalation.
    member(brand, Role.MANAGER)
    return {
        "reviewer": reviewer,
        "colleague": colleague,
        "deputy": deputy,
        "manager": manager,
        "requester": requester,
    }


def put(situation, staged, in_review, people):
    """A case in ``situation``."""
    colleague, manager = people["colleague"], people["manager"]
    if situation in {"a colleague has approved the first of two", "the stage is the managers'"}:
        case = staged(TWICE if "two" in situation else THEN_MANAGER)
        approve(colleague, case, case.request.candidates.order_by("index").first())
    elif situation == "a colleague has escalated it":
        case = in_review()
        escalate_case(
            actor=Actor.person(colleague), user=colleague, case_id=case.pk, comment="Ours?"
        )
    else:
        case = in_review()
        assign_case(
            actor=Actor.person(manager), user=manager, case_id=case.pk, assignee_id=colleague.pk
        )
    case.refresh_from_db()
    return case


@pytest.mark.parametrize(
    ("situation", "who", "action"),
    [(s, w, action) for s, row in CELLS.items() for w in row for action in ACTIONS],
)
def test_each_action_by_each_role_in_each_situation(
    staged, in_review, people, situation, who, action
):
    # given
    case = put(situation, staged, in_review, people)
    # when, then: a refusal has changed no row of any table
    assert outcome(action, people[who], case) == CELLS[situation][who][action]
