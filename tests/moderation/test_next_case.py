"""The written statement that finds the next case, held against the selector that is composed."""

from collections.abc import Callable
from dataclasses import fields
from datetime import timedelta
from typing import Any

import pytest
from django.db import transaction
from django.utils import timezone

from brandhub.accounts.models import ApiClient, Brand, Role, User
from brandhub.audit.record import Actor
from brandhub.common.ids import uuid7_floor
from moderation.models import Decision, ReviewCase, ReviewPolicy
from moderation.policies.rules import Stage
from moderation.selectors.cases import QueueFilters, claimable
from moderation.services import claim_case, claim_next_case, delegate_duty, undo_decision
from moderation.states import PolicyStatus
from tests.factories import BrandFactory, MembershipFactory, ReviewCaseFactory, member
from tests.moderation.test_decisions import approve

CaseMaker = Callable[..., ReviewCase]
#: Values of each filter, by its name; those of keys are taken from a case.
ASKED: dict[str, list[Any]] = {
    "status": ["open", "claimed"],
    "kind": ["prompt", "image"],
    "brand": ["acme", "second", "none-such"],
    "request_id": [],
    "claimed_by_me": [True],
    "without_own": [True],
    "style_id": [],
    "verdict": ["pass", "flag", "block"],
    "waiting_for": [timedelta(hours=1), timedelta(days=3)],
    "unclaimed": [True],
    "escalated": [True],
    "overdue": [True],
    "assigned_to_me": [True],
    "in_turn": [True],
}


@pytest.fixture
def people(
    brand: Brand, reviewer: User, colleague: User, manager: User, superuser: User, viewer: User
) -> list[User]:
    """Of two brands; the reviewer manages the other one and stands in for the manager here."""
    second = BrandFactory(slug="second")
    MembershipFactory(brand=second, user=reviewer, role=Role.MANAGER)
    MembershipFactory(brand=second, user=colleague, role=Role.REVIEWER)
    delegate_duty(
        actor=Actor.person(manager),
        user=manager,
        brand_id=brand.pk,
        delegate_id=reviewer.pk,
        until=timezone.now() + timedelta(days=1),
    )
    return [reviewer, colleague, manager, superuser, viewer, member(second, Role.REVIEWER)]


@pytest.fixture
def of_all_sorts(
    people: list[User],
    in_review: CaseMaker,
    held: CaseMaker,
    staged: CaseMaker,
    platform: ApiClient,
    brand: Brand,
) -> list[ReviewCase]:
    """Cases that differ in whatever decides about who may claim them."""
    reviewer, colleague, manager, *_others = people
    now, second = timezone.now(), Brand.objects.get(slug="second")

    def by(*stages: Stage) -> ReviewCase:
        # One policy is in force at a time.
        ReviewPolicy.objects.filter(brand=brand).update(status=PolicyStatus.SUPERSEDED)
        return staged(list(stages))

    style = in_review().request.style_revision.style
    cases = [
        in_review(case={"verdict": "pass", "style": style}),
        in_review(case={"verdict": "block", "overdue_at": now}),
        held(case={"verdict": "flag"}),
        # Somebody is behind it: as the asker, as the client's owner, as the reviser.
        in_review(requested_by=reviewer),
        in_review(requested_by=manager),
        in_review(requested_by=None, client=platform),
        in_review(revised_by=colleague),
        *(in_review(case={"assigned_to": each}) for each in (reviewer, colleague)),
        in_review(case={"status": "claimed", "claimed_by": reviewer, "claimed_until": now}),
        in_review(case={"status": "withdrawn"}),
        # Of managers: by their stage, and escalated, one of them their own.
        by(Stage(role=Role.MANAGER)),
        in_review(case={"judged_by": Role.MANAGER, "escalated_at": now}),
        in_review(case={"judged_by": Role.MANAGER, "escalated_at": now}, requested_by=manager),
        ReviewCaseFactory(brand=second),
        ReviewCaseFactory(brand=second, judged_by=Role.MANAGER),
        ReviewCaseFactory(brand=second, id=uuid7_floor(now - timedelta(hours=30))),
        ReviewCaseFactory(),
    ]
    # Approved once, taken back again, and by a delegate whose manager counts with them.
    for approving in (colleague, reviewer):
        case = by(Stage(approvals=3))
        approve(approving, case, case.request.candidates.get(index=0))
        cases.append(case)
    undone = by(Stage(approvals=2))
    approve(colleague, undone, undone.request.candidates.get(index=0))
    undo_decision(actor=Actor.person(colleague), user=colleague, case_id=undone.pk)
    by_delegate = by(Stage(role=Role.MANAGER, approvals=2))
    approve(reviewer, by_delegate, by_delegate.request.candidates.get(index=0))
    assert Decision.objects.filter(case=by_delegate, on_behalf_of=manager).count() == 1
    return [*cases, undone, by_delegate]


def one_after_another(user: User, filters: QueueFilters) -> list[object]:
    """What ``user`` is given until there is no more; all of it is put back."""
    given: list[object] = []
    with transaction.atomic():
        while case := claim_next_case(actor=Actor.person(user), user=user, filters=filters):
            given.append(case.pk)
        transaction.set_rollback(True)
    return given


def test_every_filter_is_asked_with() -> None:
    assert set(ASKED) == {field.name for field in fields(QueueFilters)}


@pytest.mark.parametrize("name", ["", *ASKED])
def test_the_next_cases_are_those_that_one_could_claim(
    name: str, people: list[User], of_all_sorts: list[ReviewCase]
) -> None:
    styled = of_all_sorts[0]
    values = {"request_id": [styled.request_id], "style_id": [styled.style_id]} | {"": [None]}
    for value in values.get(name) or ASKED[name]:
        filters = QueueFilters(**{name: value} if name else {})
        for user in people:
            could = [case.pk for case in claimable(user, filters)]
            assert one_after_another(user, filters) == could, (user.username, filters)


def test_the_world_of_the_comparison_offers_something_to_most(
    people: list[User], of_all_sorts: list[ReviewCase]
) -> None:
    offered = [len(claimable(user)) for user in people]
    assert offered == [15, 12, 12, 19, 0, 2]


def test_a_case_that_was_locked_to_claim_knows_whose_it_is(
    people: list[User], platform: ApiClient, in_review: CaseMaker, staged: CaseMaker
) -> None:
    reviewer, colleague, *_others = people
    of_client = in_review(requested_by=None, client=platform, revised_by=colleague)
    by_policy = staged([Stage("Look", claim_minutes=90, approvals=2)])
    for case in (of_client, by_policy):
        claimed = claim_case(actor=Actor.person(reviewer), user=reviewer, case_id=case.pk)
        case.refresh_from_db()
        for name in (field.attname for field in ReviewCase._meta.concrete_fields):
            assert getattr(claimed, name) == getattr(case, name), name
        assert claimed.rules == case.rules
        assert claimed.request.client == case.request.client
        assert claimed.request.prompt == case.request.prompt
    lasts = by_policy.claimed_until - timezone.now()
    assert timedelta(minutes=80) < lasts < timedelta(minutes=91)
