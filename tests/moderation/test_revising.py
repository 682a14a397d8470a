"""Sending a request back with other words: one decision and one linked request, or neither."""

from collections.abc import Callable

import pytest

from avatars.models import GenerationRequest
from avatars.services import submit_request
from avatars.states import RequestStatus
from brandhub.accounts.models import ApiClient, Brand, Role, User
from brandhub.audit.models import AuditEvent
from brandhub.audit.record import Actor
from brandhub.common.errors import Conflict, InvalidInput, InvalidTransition, Refused
from moderation.forms import requirement_of
from moderation.models import Decision, ReviewCase
from moderation.selectors.cases import QueueFilters, review_queue_for
from moderation.services import approve_case, claim_case, revise_request
from moderation.states import CaseStatus
from styles.models import Style, StyleRevision
from styles.states import RevisionStatus
from styles.tag_fields import initial_tags
from tests.factories import RequestReferenceFactory, ReviewCaseFactory, member

pytestmark = pytest.mark.django_db

CaseMaker = Callable[..., ReviewCase]


def revise(user: User, case: ReviewCase, **values: object) -> GenerationRequest:
    values = {"comment": "Calmer, please", "prompt": "a calm robot with a hat"} | values
    return revise_request(actor=Actor.person(user), user=user, case_id=case.pk, **values)


def test_the_new_request_carries_on_what_the_old_one_was(
    in_review: CaseMaker, reviewer: User, colleague: User, platform: ApiClient
) -> None:
    # Given a platform's request that starts from a picture,
    case = in_review(
        candidates=3,
        client=platform,
        requested_by=platform.owner,
        priority=2,
        external_id="order-9",
        metadata={"shelf": 4},
    )
    old = case.request
    picture = RequestReferenceFactory(request=old, weight=0.8)
    # when a reviewer rewords it,
    new = revise(reviewer, case, reason_codes=["wrong_features"], tags={"background": "blue"})
    # then the old one is sent back,
    old.refresh_from_db()
    case.refresh_from_db()
    decision = Decision.objects.get(case=case)
    assert (old.status, old.reason) == (RequestStatus.CHANGES_REQUESTED, "wrong_features")
    assert (case.status, decision.reviewer) == (CaseStatus.CHANGES_REQUESTED, reviewer)
    assert (decision.comment, decision.reason_codes) == ("Calmer, please", ["wrong_features"])
    # and the new one is the same wish in other words.
    assert (new.continues, new.revised_by, new.status) == (old, reviewer, RequestStatus.QUEUED)
    assert (new.bot, new.client, new.requested_by) == (old.bot, platform, platform.owner)
    assert (new.style_revision, new.priority, new.external_id, new.metadata) == (
        old.style_revision,
        2,
        "order-9",
        {"shelf": 4},
    )
    assert new.prompt == "a calm robot with a hat"
    assert (new.tags["background"], new.tags["headwear"]) == ("blue", "hat")
    assert new.candidates.count() == 3
    kept = new.references.get()
    assert (kept.image, kept.role, kept.weight) == (picture.image, picture.role, 0.8)


def test_who_reworded_it_may_not_decide_about_it_and_neither_may_who_asked(
    in_review: CaseMaker, reviewer: User, colleague: User, requester: User
) -> None:
    # Given a request in a reviewer's words that is in review,
    new = revise(reviewer, in_review())
    GenerationRequest.objects.filter(pk=new.pk).update(status=RequestStatus.IN_REVIEW)
    case = ReviewCaseFactory(request=new)
    # then neither of the two takes or decides it, nor is it offered to them,
    for person in (reviewer, requester):
        for deed in (claim_case, approve_case):
            with pytest.raises(Refused) as refusal:
                deed(actor=Actor.person(person), user=person, case_id=case.pk)
            assert refusal.value.error_code == "own_request"
        assert list(review_queue_for(person, QueueFilters(without_own=True))) == []
    case.refresh_from_db()
    assert (case.status, case.claimed_by) == (CaseStatus.OPEN, None)
    # and a colleague does.
    assert list(review_queue_for(colleague, QueueFilters(without_own=True))) == [case]
    claim_case(actor=Actor.person(colleague), user=colleague, case_id=case.pk)


def _retire(case: ReviewCase) -> None:
    revision = case.request.style_revision
    revision.status = RevisionStatus.RETIRED
    revision.save(update_fields=["status"])


@pytest.mark.parametrize(
    ("values", "before", "error", "code"),
    [
        ({"comment": "  "}, None, InvalidInput, "comment_required"),
        ({"prompt": "", "tags": {}}, None, InvalidInput, "invalid_input"),
        ({"prompt": "a naked robot"}, None, InvalidInput, "prompt_rejected"),
        ({"tags": {"subject": "nonsense"}}, None, InvalidInput, "unknown_tag"),
        ({}, _retire, Conflict, "revision_not_published"),
    ],
)
def test_what_cannot_be_drawn_decides_nothing(
    in_review: CaseMaker, reviewer: User, colleague: User, values, before, error, code: str
) -> None:
    case = in_review()
    if before:
        before(case)
    events = AuditEvent.objects.count()
    with pytest.raises(error) as refusal:
        revise(reviewer, case, **values)
    assert refusal.value.error_code == code
    _nothing_changed(case, events)


def test_a_requirement_that_waits_is_not_reworded(
    held: CaseMaker, reviewer: User, colleague: User
) -> None:
    case = held()
    events = AuditEvent.objects.count()
    with pytest.raises(InvalidTransition):
        revise(reviewer, case)
    case.refresh_from_db()
    assert (case.status, AuditEvent.objects.count()) == (CaseStatus.OPEN, events)
    assert not Decision.objects.exists()


def test_somebody_must_be_left_to_review_the_words(
    in_review: CaseMaker, reviewer: User, brand: Brand
) -> None:
    # Given a brand of one who asks and one who reviews, and people who may not review,
    case = in_review()
    member(brand, Role.VIEWER)
    gone = member(brand, Role.REVIEWER)
    gone.is_active = False
    gone.save()
    events = AuditEvent.objects.count()
    # then the reviewer's words would wait for ever, so they are not taken,
    with pytest.raises(Conflict) as refusal:
        revise(reviewer, case)
    assert refusal.value.error_code == "no_other_reviewer"
    _nothing_changed(case, events)
    # until somebody else is there.
    member(brand, Role.REVIEWER)
    revise(reviewer, case)


def test_doubtful_words_wait_for_a_person_as_anybodys_do(
    in_review: CaseMaker, reviewer: User, colleague: User, brand: Brand
) -> None:
    brand.protected_names = ["Blue Mouse"]
    brand.save()
    new = revise(reviewer, in_review(), prompt="a robot like Blue Mouse")
    assert new.status == RequestStatus.HELD
    case = ReviewCase.objects.get(request=new)
    with pytest.raises(Refused):
        approve_case(actor=Actor.person(reviewer), user=reviewer, case_id=case.pk)


def test_a_request_that_nobody_reworded_has_no_reviser(
    in_review: CaseMaker, requester: User
) -> None:
    old = in_review().request
    new = submit_request(
        actor=Actor.person(requester),
        bot=old.bot,
        style_revision=old.style_revision,
        requested_by=requester,
        prompt="a robot",
        continues=old,
    )
    assert new.revised_by is None


def _nothing_changed(case: ReviewCase, events: int) -> None:
    case.refresh_from_db()
    case.request.refresh_from_db()
    assert (case.status, case.claimed_by) == (CaseStatus.OPEN, None)
    assert case.request.status == RequestStatus.IN_REVIEW
    assert not Decision.objects.exists()
    assert not GenerationRequest.objects.exclude(pk=case.request_id).exists()
    assert AuditEvent.objects.count() == events


def test_the_brands_own_colours_stay_with_the_words_that_ask_for_them():
    request = GenerationRequest(
        prompt="robot in our colours",
        tags={"subject": "robot", "eyewear": "glasses", "color": "blue"},
        style_revision=StyleRevision(style=Style(brand=Brand())),
    )

    assert requirement_of(request) == {
        "prompt": "robot in our colours",
        "negative_prompt": "",
        **initial_tags({"eyewear": "glasses"}),
    }


def test_words_are_read_again_as_they_were_when_they_were_sent():
    # Given a misspelt word that would contradict the rest, were it not forbidden to read it so,
    request = GenerationRequest(
        prompt="robot with glasses and sungalsses",
        tags={"subject": "robot", "eyewear": "glasses"},
        style_revision=StyleRevision(style=Style(brand=Brand(forbidden_terms=["sunglasses"]))),
    )

    # then no tag of the words is taken for one that was chosen by hand.
    assert requirement_of(request) == {
        "prompt": "robot with glasses and sungalsses",
        "negative_prompt": "",
        **initial_tags({}),
    }
