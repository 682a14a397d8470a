"""Two revisions, the same seeds, and nothing of it goes out."""

import pytest
from django.db import transaction

from avatars.hooks import PromptScreening
from avatars.models import Candidate, GenerationRequest, StyleComparison
from avatars.models.requests import Priority
from avatars.selectors.listings import request_log_of
from avatars.selectors.reachable import candidates_of, requests_of
from avatars.services import cancel_request, publish_version, submit_request
from avatars.services.comparisons import compare_revisions
from avatars.states import Verdict
from brandhub.accounts.callers import Caller
from brandhub.accounts.models import Role
from brandhub.audit.models import AuditEvent
from brandhub.audit.record import SYSTEM, Actor
from brandhub.common.errors import Conflict, InvalidInput, Refused
from brandhub.common.ids import uuid7
from brandhub.webhooks.models import OutboxEvent
from tests.factories import (
    BotFactory,
    BrandFactory,
    CandidateFactory,
    GenerationRequestFactory,
    StyleRevisionFactory,
    member,
)

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("moderation")]


@pytest.fixture
def house():
    brand = BrandFactory()
    manager = member(brand, Role.MANAGER)
    published = StyleRevisionFactory(brand=brand)
    draft = StyleRevisionFactory(
        style=published.style, status="draft", prompt_template="round {caption}"
    )
    return {
        "actor": Actor.person(manager),
        "person": manager,
        "first": published,
        "second": draft,
        "bot": BotFactory(brand=brand),
        "prompt": "a robot",
    }


def compare(house, **values):
    return compare_revisions(**{**house, **values})


def test_both_revisions_draw_the_same_seeds(house):
    comparison = compare(house, seed=7)

    drawn = [
        (
            request.style_revision,
            request.composed_prompt,
            request.is_preview,
            request.priority,
            request.status,
            list(request.candidates.order_by("index").values_list("seed", flat=True)),
        )
        for request in (comparison.first, comparison.second)
    ]
    assert drawn == [
        (house["first"], "avatar of a robot", True, Priority.LOW, "queued", [7, 8, 9, 10]),
        (house["second"], "round avatar of a robot", True, Priority.LOW, "queued", [7, 8, 9, 10]),
    ]
    assert list(AuditEvent.objects.order_by("id").values_list("action", flat=True)) == [
        "request.submitted",
        "request.submitted",
        "style_comparison.requested",
    ]


def test_a_seed_that_nobody_chose_is_shared_too(house):
    comparison = compare(house)

    assert comparison.first.seed == comparison.second.seed


@pytest.mark.parametrize("verdict", [Verdict.BLOCK, Verdict.FLAG])
def test_a_requirement_in_doubt_is_drawn_by_neither(house, moderation, verdict):
    moderation.screening = PromptScreening(verdict)

    with pytest.raises(InvalidInput) as refusal:
        compare(house)

    assert refusal.value.error_code == "prompt_rejected"
    assert not GenerationRequest.objects.exists()
    assert not AuditEvent.objects.exists()


def test_only_two_revisions_of_one_style_are_compared(house):
    other = StyleRevisionFactory(brand=house["bot"].brand)

    for values, code in (
        ({"second": house["first"]}, "same_revision"),
        ({"second": other}, "other_style"),
    ):
        with pytest.raises(InvalidInput) as refusal:
            compare(house, **values)
        assert refusal.value.error_code == code
    with pytest.raises(Refused):
        compare(house, bot=BotFactory())
    assert not StyleComparison.objects.exists()
    assert not GenerationRequest.objects.exists()


def test_what_cannot_be_drawn_by_the_second_is_not_drawn_by_the_first(house):
    with pytest.raises(InvalidInput), transaction.atomic():
        compare(house, prompt="")

    assert not Candidate.objects.exists()


@pytest.mark.parametrize("status", ["draft", "retired"])
def test_a_request_needs_a_published_revision(house, status):
    revision = StyleRevisionFactory(brand=house["bot"].brand, status=status)

    with pytest.raises(Conflict) as conflict:
        submit_request(
            actor=house["actor"],
            bot=house["bot"],
            style_revision=revision,
            requested_by=house["person"],
            prompt="a robot",
        )

    assert conflict.value.error_code == "revision_not_published"
    assert not GenerationRequest.objects.exists()


def test_a_preview_is_never_published(house):
    request = GenerationRequestFactory(bot=house["bot"], is_preview=True, status="previewed")
    # Past the state machine, which has no such step.
    candidate = CandidateFactory(request=request, status="approved")

    with pytest.raises(Conflict) as conflict:
        publish_version(
            actor=SYSTEM,
            bot=house["bot"],
            candidate=candidate,
            decision_id=uuid7(),
            decision={"by": "test"},
        )

    assert conflict.value.error_code == "preview_not_publishable"
    assert not house["bot"].versions.exists()


def test_nobody_is_told_of_previews_and_no_list_shows_them(house):
    comparison = compare(house)
    cancel_request(actor=house["actor"], request_id=comparison.first.pk)

    assert not OutboxEvent.objects.exists()
    assert not request_log_of(house["person"]).exists()
    caller = Caller(person=house["person"])
    assert not requests_of(caller).exists()
    assert not candidates_of(caller).exists()
