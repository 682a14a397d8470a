"""Several cases with one word: each by itself, an approval bound to the pixels of each."""

from collections.abc import Callable

import pytest

from avatars.models import AvatarVersion
from avatars.states import Verdict
from brandhub.accounts.models import User
from brandhub.audit.record import Actor
from brandhub.common.errors import BrandHubError
from moderation.models import Decision, ReviewCase
from moderation.services import Outcome, claim_case, decide_together
from moderation.services.bulk import MOST_TOGETHER
from moderation.states import CaseStatus, DecisionAction

pytestmark = pytest.mark.django_db

CaseMaker = Callable[..., ReviewCase]


def decide(user: User, action: DecisionAction, cases: list[ReviewCase], **values: object):
    shown = values.pop("shown", None)
    return decide_together(
        actor=Actor.person(user),
        user=user,
        action=action,
        cases=[case.pk for case in cases],
        values=values,
        shown=shown,
    )


def codes(outcomes: list[Outcome]) -> list[str]:
    return [each.error.error_code if each.error else "" for each in outcomes]


def shown_of(case: ReviewCase, index: int = 0) -> tuple[object, str]:
    candidate = case.request.candidates.get(index=index)
    return candidate.pk, candidate.pixel_sha256


@pytest.mark.parametrize(
    ("action", "values", "status"),
    [
        (DecisionAction.REJECT, {"reason_codes": ["off_brand"], "comment": "All"}, "rejected"),
        (
            DecisionAction.REQUEST_CHANGES,
            {"reason_codes": [], "comment": "Calmer"},
            "changes_requested",
        ),
    ],
)
def test_each_gets_a_decision_of_its_own(
    action: DecisionAction, values: dict, status: str, in_review: CaseMaker, reviewer: User
) -> None:
    cases = [in_review() for _ in range(3)]
    outcomes = decide(reviewer, action, cases, **values)
    assert outcomes == [Outcome(case.pk) for case in cases]
    assert set(ReviewCase.objects.values_list("status", flat=True)) == {status}
    decisions = Decision.objects.order_by("pk")
    assert [each.case_id for each in decisions] == [case.pk for case in cases]
    assert {each.comment for each in decisions} == {values["comment"]}


def test_what_a_colleague_holds_stays_and_the_others_go_on(
    in_review: CaseMaker, reviewer: User, colleague: User
) -> None:
    first, theirs, own, last = (
        in_review(),
        in_review(),
        in_review(requested_by=reviewer),
        in_review(),
    )
    claim_case(actor=Actor.person(colleague), user=colleague, case_id=theirs.pk)
    outcomes = decide(
        reviewer, DecisionAction.REJECT, [first, theirs, own, last], reason_codes=["low_quality"]
    )
    assert codes(outcomes) == ["", "case_claimed", "own_request", ""]
    for case in (first, theirs, own, last):
        case.refresh_from_db()
    assert [each.status for each in (first, theirs, own, last)] == [
        CaseStatus.REJECTED,
        CaseStatus.CLAIMED,
        CaseStatus.OPEN,
        CaseStatus.REJECTED,
    ]
    assert Decision.objects.count() == 2


def test_each_approval_is_bound_to_the_pixels_that_were_shown(
    in_review: CaseMaker, reviewer: User
) -> None:
    # Given four cases: one shown as it is, one whose pixels are others by now, one of which
    # nothing was shown, and one whose picture the checks have blocked,
    good, changed, unseen, blocked = (in_review() for _ in range(4))
    candidate = blocked.request.candidates.get(index=0)
    candidate.verdict = Verdict.BLOCK
    candidate.save(update_fields=["verdict"])
    outcomes = decide(
        reviewer,
        DecisionAction.APPROVE,
        [good, changed, unseen, blocked],
        comment="",
        shown={
            good.pk: shown_of(good, 1),
            changed.pk: (shown_of(changed)[0], "0" * 64),
            blocked.pk: shown_of(blocked),
        },
    )
    # then the first alone is published.
    assert codes(outcomes) == ["", "pixels_changed", "invalid_input", "candidate_blocked"]
    version = AvatarVersion.objects.get()
    assert (version.candidate_id, version.pixel_sha256) == shown_of(good, 1)
    assert Decision.objects.get().case == good


def test_a_picture_of_another_case_approves_nothing(in_review: CaseMaker, reviewer: User) -> None:
    one, other = in_review(), in_review()
    outcomes = decide(
        reviewer,
        DecisionAction.APPROVE,
        [one],
        comment="",
        shown={one.pk: shown_of(other)},
    )
    assert codes(outcomes) == ["not_found"]
    assert not AvatarVersion.objects.exists()


def test_no_more_than_a_page_holds_is_decided(in_review: CaseMaker, reviewer: User) -> None:
    cases = [in_review(candidates=1) for _ in range(MOST_TOGETHER + 1)]
    outcomes = decide(reviewer, DecisionAction.REJECT, cases, reason_codes=["other"])
    assert len(outcomes) == MOST_TOGETHER
    cases[-1].refresh_from_db()
    assert cases[-1].status == CaseStatus.OPEN


def test_a_mistake_in_the_word_decides_nothing(in_review: CaseMaker, reviewer: User) -> None:
    outcomes = decide(reviewer, DecisionAction.REJECT, [in_review()], reason_codes=[])
    assert isinstance(outcomes[0].error, BrandHubError)
    assert not Decision.objects.exists()
