"""Who may do what to a case in which state: cell by cell, and a refusal changes nothing."""

import copy
from datetime import timedelta

import pytest
from django.apps import apps
from django.db import transaction
from django.utils import timezone

from brandhub.audit.record import Actor
from brandhub.common.errors import BrandHubError, InvalidInput
from moderation.models import CaseComment, Decision, ReviewCase
from moderation.selectors.eligible import people_who_may_judge
from moderation.services import (
    approve_case,
    assign_case,
    claim_case,
    comment_on_case,
    escalate_case,
    reject_case,
    release_case,
    request_changes,
    revise_request,
    undo_decision,
)
from tests.factories import ApiClientFactory, BrandFactory, UserFactory, member
from tests.rows import rows_of

pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module")
def cast(django_db_setup, django_db_blocker):
    """The brand and its people, made once: they lie in a transaction around all tests' own."""
    with django_db_blocker.unblock():
        around = transaction.atomic()
        around.__enter__()
        brand = BrandFactory(slug="acme")
        made = {
            "brand": brand,
            "reviewer": member(brand, "reviewer"),
            "colleague": member(brand, "reviewer"),
            "manager": member(brand, "manager"),
            "viewer": member(brand, "viewer"),
            "stranger": member(BrandFactory(slug="rival"), "reviewer"),
            "requester": member(brand, "manager"),
            "platform": ApiClientFactory(brands=[brand], owner=member(brand, "reviewer")),
            "superuser": UserFactory(is_superuser=True),
            "nobody's member": UserFactory(),
            "inactive reviewer": member(brand, "reviewer", is_active=False),
        }
    yield made
    with django_db_blocker.unblock():
        transaction.set_rollback(True)
        around.__exit__(None, None, None)


@pytest.fixture
def people(cast, db):
    """Copies, so that no test is given what another one has changed."""
    return copy.deepcopy(cast)


@pytest.fixture
def brand(people):
    return people["brand"]


@pytest.fixture
def reviewer(people):
    return people["reviewer"]


@pytest.fixture
def colleague(people):
    return people["colleague"]


@pytest.fixture
def manager(people):
    return people["manager"]


@pytest.fixture
def stranger(people):
    return people["stranger"]


@pytest.fixture
def requester(people):
    return people["requester"]


def everything():
    """Every row of the apps that a review touches."""
    return rows_of(
        model
        for app in ("moderation", "avatars", "audit", "webhooks")
        for model in apps.get_app_config(app).get_models()
    )


def act(action, user, case, **values):
    """Do ``action`` as ``user`` with what it needs to succeed."""
    common = {"actor": Actor.person(user), "user": user, "case_id": case.pk}
    if action == "claim":
        return claim_case(**common)
    if action == "release":
        return release_case(**common)
    if action == "escalate":
        return escalate_case(**common, **{"comment": "Is this ours?", **values})
    if action == "undo":
        return undo_decision(**common)
    if action == "assign":
        # A case that is not there has no request to ask about.
        able = people_who_may_judge(case) if case.request_id else []
        others = [each for each in able if each != user]
        return assign_case(**common, **{"assignee_id": others[0].pk if others else None, **values})
    if action == "comment":
        return comment_on_case(**common, text="Look at the ears.")
    if action == "reject":
        return reject_case(**common, **{"reason_codes": ["off_brand"], **values})
    if action == "request_changes":
        return request_changes(**common, **{"comment": "Rounder ears.", **values})
    if action == "reword":
        words = {"comment": "Rounder ears.", "prompt": "a robot with a hat"}
        return revise_request(**common, **{**words, **values})
    candidate = case.request.candidates.order_by("index").first()
    shown = (
        {"candidate_id": candidate.pk, "pixel_sha256": candidate.pixel_sha256}
        if case.kind == "image"
        else {}
    )
    return approve_case(**common, **{**shown, **values})


def outcome(action, user, case, **values):
    """The code of the error that ``action`` raises, or ``ok``; an error has changed nothing."""
    before = everything()
    try:
        act(action, user, case, **values)
    except BrandHubError as error:
        assert everything() == before
        return error.error_code
    assert everything() != before or (action, case.status) == ("release", "open")
    return "ok"


ACTIONS = [
    "claim",
    "release",
    "comment",
    "approve",
    "reject",
    "request_changes",
    "reword",
    "escalate",
    "undo",
    "assign",
]
#: What needs a role, a share in it, or both, in whatever state.
OF_MANAGERS = {"assign": "role_required"}
NOT_APPROVED = {"undo": "nothing_to_undo"}

CLOSED = {
    "claim": "case_closed",
    "release": "case_closed",
    "comment": "ok",
    "approve": "case_closed",
    "reject": "case_closed",
    "request_changes": "case_closed",
    "reword": "case_closed",
    "escalate": "case_closed",
    "undo": "case_closed",
    **OF_MANAGERS,
}
FREE = dict.fromkeys(ACTIONS, "ok") | OF_MANAGERS | NOT_APPROVED
TAKEN = dict.fromkeys(ACTIONS, "case_claimed") | {"comment": "ok"} | OF_MANAGERS | NOT_APPROVED

#: Case state → action → what a reviewer gets.
STATES = {
    "open": FREE,
    "claimed by me": FREE,
    "claimed by another": TAKEN,
    "claimed by another, run out": FREE,
    "approved": CLOSED,
    "rejected": CLOSED,
    "changes_requested": CLOSED,
    "withdrawn": CLOSED,
}


def put(case, state, user, other):
    """Bring ``case`` into ``state`` as seen by ``user``."""
    values = {"status": state}
    if state.startswith("claimed"):
        minutes = -1 if "run out" in state else 10
        values = {
            "status": "claimed",
            "claimed_by": user if "by me" in state else other,
            "claimed_until": timezone.now() + timedelta(minutes=minutes),
        }
    ReviewCase.objects.filter(pk=case.pk).update(**values)
    case.refresh_from_db()


@pytest.mark.parametrize("kind", ["image", "prompt"])
@pytest.mark.parametrize("action", ACTIONS)
@pytest.mark.parametrize("state", STATES)
def test_each_action_in_each_state(
    in_review, held, reviewer, colleague, manager, state, action, kind
):
    # given
    case = in_review() if kind == "image" else held()
    put(case, state, reviewer, colleague)
    expected = STATES[state][action]
    if kind == "prompt" and action in {"request_changes", "reword"} and expected == "ok":
        expected = "invalid_transition"
    # when, then
    assert outcome(action, reviewer, case) == expected


DECIDING = ["claim", "approve", "reject", "request_changes", "reword", "escalate"]
OWN = dict.fromkeys(DECIDING, "own_request")
#: Whoever is behind it chooses nobody for it either.
OWN_AS_MANAGER = OWN | {"assign": "own_request"}

#: Role → action → what the person gets with an open case.
ROLES = {
    "reviewer": FREE,
    # The only other manager is the one who asked.
    "manager": FREE | {"escalate": "no_manager_eligible", "assign": "ok"},
    "superuser": FREE | {"assign": "ok"},
    "viewer": dict.fromkeys(ACTIONS, "role_required"),
    "stranger": dict.fromkeys(ACTIONS, "not_found"),
    "nobody's member": dict.fromkeys(ACTIONS, "not_found"),
    "inactive reviewer": dict.fromkeys(ACTIONS, "not_found"),
    "requester": FREE | OWN_AS_MANAGER,
    "owner of the client": FREE | OWN,
    "former owner of the client": FREE | OWN_AS_MANAGER,
    "superuser who asked": FREE | OWN_AS_MANAGER,
}


@pytest.fixture
def who(request, people):
    """The person of the role that the cell names, and the request's values for it."""
    requester, platform, superuser = people["requester"], people["platform"], people["superuser"]
    asked_by_platform = {"client": platform, "requested_by": platform.owner}
    of_the_role = {
        "requester": (requester, {"requested_by": requester}),
        "owner of the client": (
            platform.owner,
            {"client": platform, "requested_by": people["reviewer"]},
        ),
        "former owner of the client": (requester, {**asked_by_platform, "requested_by": requester}),
        "superuser who asked": (superuser, {"requested_by": superuser}),
    }
    return of_the_role.get(request.param) or (people[request.param], {})


@pytest.mark.parametrize("kind", ["image", "prompt"])
@pytest.mark.parametrize(
    ("who", "action", "expected"),
    [(role, action, cells[action]) for role, cells in ROLES.items() for action in ACTIONS],
    indirect=["who"],
)
def test_each_action_by_each_role(in_review, held, who, action, expected, kind):
    # given
    user, values = who
    case = (in_review if kind == "image" else held)(**values)
    if kind == "prompt" and action in {"request_changes", "reword"} and expected == "ok":
        expected = "invalid_transition"
    # when, then
    assert outcome(action, user, case) == expected


@pytest.mark.parametrize("action", DECIDING)
@pytest.mark.parametrize(
    ("who", "expected"),
    [
        ("viewer", "role_required"),
        ("stranger", "not_found"),
        ("requester", "own_request"),
        ("owner of the client", "own_request"),
    ],
    indirect=["who"],
)
def test_a_refusal_does_not_depend_on_the_state(in_review, who, expected, colleague, action):
    user, values = who
    for state in STATES:
        case = in_review(**values)
        put(case, state, user, colleague)
        assert outcome(action, user, case) == expected


def test_a_missing_case_is_not_found(reviewer, stranger):
    case = ReviewCase(pk=reviewer.pk, kind="prompt")
    for action in ACTIONS:
        if action != "approve":
            assert outcome(action, reviewer, case) == "not_found"


@pytest.mark.parametrize(
    ("action", "values", "pointer", "code"),
    [
        ("approve", {"candidate_id": None}, "/candidate_id", "required"),
        ("approve", {"override": True}, "/comment", "comment_required"),
        ("approve", {"comment": "x" * 2001}, "/comment", "too_long"),
        ("reject", {"reason_codes": []}, "/reason_codes", "required"),
        ("reject", {"reason_codes": ["ugly"]}, "/reason_codes", "unknown_reason"),
        ("reject", {"comment": "x" * 2001}, "/comment", "too_long"),
        ("escalate", {"comment": "  "}, "/comment", "comment_required"),
        ("escalate", {"comment": "x" * 2001}, "/comment", "too_long"),
        ("request_changes", {"comment": "  "}, "/comment", "comment_required"),
        ("request_changes", {"reason_codes": ["ugly"]}, "/reason_codes", "unknown_reason"),
    ],
)
def test_a_decision_that_is_not_valid_as_written(
    in_review, reviewer, action, values, pointer, code
):
    case = in_review()
    before = everything()
    with pytest.raises(InvalidInput) as caught:
        act(action, reviewer, case, **values)
    assert [(each.pointer, each.code) for each in caught.value.errors] == [(pointer, code)]
    assert everything() == before


def test_a_prompt_case_takes_no_candidate(held, reviewer):
    case = held()
    before = everything()
    with pytest.raises(InvalidInput) as caught:
        act("approve", reviewer, case, candidate_id=case.pk)
    assert [each.pointer for each in caught.value.errors] == ["/candidate_id"]
    assert everything() == before


def test_a_comment_is_kept_as_it_was_written(in_review, reviewer):
    case = in_review()
    comment = act("comment", reviewer, case)
    stored = CaseComment.objects.get()
    assert (stored.pk, stored.author, stored.text) == (comment.pk, reviewer, "Look at the ears.")
    assert stored.created_at is not None


@pytest.mark.parametrize(("text", "code"), [("", "comment_required"), ("x" * 2001, "too_long")])
def test_an_empty_or_endless_comment_is_refused(in_review, reviewer, text, code):
    case = in_review()
    with pytest.raises(InvalidInput) as caught:
        comment_on_case(actor=Actor.person(reviewer), user=reviewer, case_id=case.pk, text=text)
    assert [each.code for each in caught.value.errors] == [code]
    assert not CaseComment.objects.exists()


def test_decisions_and_comments_can_be_neither_changed_nor_deleted(in_review, reviewer):
    from django.db import DatabaseError, connection, transaction

    case = in_review()
    act("comment", reviewer, case)
    act("approve", reviewer, case)
    for rows, values in (
        (Decision.objects.all(), {"comment": "other"}),
        (CaseComment.objects.all(), {"text": "other"}),
    ):
        with pytest.raises(DatabaseError), transaction.atomic():
            rows.update(**values)
        with pytest.raises(DatabaseError), transaction.atomic():
            rows.delete()
    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("TRUNCATE moderation_decision CASCADE")
    assert Decision.objects.get().comment == ""
