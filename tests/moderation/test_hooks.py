"""What avatars gets from moderation: a requirement judged, kept, told of; cases withdrawn."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from avatars.hooks import moderation
from avatars.models import GenerationRequest
from avatars.services.cancellation import cancel_request
from avatars.services.submission import plan_request, submit_request
from avatars.states import Verdict
from brandhub.audit.record import Actor
from brandhub.common.errors import InvalidInput
from moderation.hooks import Hooks
from moderation.models import Finding, ReviewCase, ReviewPolicy, ScreeningRun
from moderation.services import claim_case, prompts
from tests.factories import (
    BotFactory,
    CandidateFactory,
    FindingFactory,
    GenerationRequestFactory,
    StyleRevisionFactory,
)
from tests.moderation.conftest import scene
from tests.moderation.test_reviewing import act

pytestmark = pytest.mark.django_db


@pytest.fixture
def submit(brand, requester):
    """``submit(prompt)``: what a form or the API does."""
    bot = BotFactory(brand=brand)
    revision = StyleRevisionFactory(brand=brand)

    def make(prompt, **values):
        return submit_request(
            actor=Actor.person(requester),
            bot=bot,
            style_revision=revision,
            requested_by=requester,
            prompt=prompt,
            **values,
        )

    return make


def kept(request):
    return list(
        Finding.objects.filter(request=request, candidate=None)
        .order_by("pk")
        .values_list("check_name", "verdict")
    )


def test_the_hooks_are_registered():
    assert isinstance(moderation(), Hooks)


def test_an_innocent_requirement_is_queued_and_its_checks_are_on_record(submit):
    request = submit("戴眼镜的卡通机器人，蓝色背景")
    assert request.status == "queued"
    assert kept(request) == [
        ("prohibited_content", "pass"),
        ("forbidden_terms", "pass"),
        ("protected_names", "pass"),
        ("misleading_claims", "pass"),
    ]
    assert not ReviewCase.objects.exists()


@pytest.mark.parametrize("prompt", ["a robot", "a robot like Mickey Mouse"])
def test_what_was_just_found_is_told_as_it_is_told_later(brand, submit, prompt):
    # given a name that is protected
    brand.protected_names = ["Mickey Mouse"]
    brand.save()
    # when
    request = submit(prompt)
    # then
    assert (
        request.just_made.findings == moderation().findings_of(request_ids=[request.pk])[request.pk]
    )


def test_a_doubtful_requirement_is_held_with_its_case(brand, submit):
    # given
    brand.protected_names = ["Mickey Mouse"]
    brand.save()
    # when
    request = submit("a robot like Mickey Mouse")
    # then
    assert (request.status, request.reason) == ("held", "prompt_in_doubt")
    assert request.candidates.count() == 0
    case = ReviewCase.objects.get()
    assert (case.request, case.kind, case.status) == (request, "prompt", "open")
    found = Finding.objects.get(verdict="flag", check_name="protected_names")
    assert found.category == "protected_name"
    assert (found.evidence["start"], found.evidence["end"]) == (13, 25)


def test_a_prohibited_requirement_writes_nothing_and_says_why(submit):
    # when
    with pytest.raises(InvalidInput) as caught:
        submit("画一个裸體机器人", negative_prompt="hat")
    # then
    assert caught.value.error_code == "prompt_rejected"
    [finding] = caught.value.extra["findings"]
    assert (finding.check, finding.category, finding.verdict) == (
        "prohibited_content",
        "sexual",
        "block",
    )
    assert (finding.evidence["start"], finding.evidence["end"]) == (3, 5)
    assert not GenerationRequest.objects.exists()
    assert not Finding.objects.exists()


def test_a_dry_run_shows_the_same_verdict_and_writes_nothing(brand):
    plan = plan_request(
        bot=BotFactory(brand=brand),
        style_revision=StyleRevisionFactory(brand=brand),
        prompt="a sexy robot",
    )
    assert plan.screening.verdict == Verdict.FLAG
    assert not Finding.objects.exists()


class BrokenCheck:
    name = "broken_check"
    version = "7"
    category = "test"

    def run(self, subject):
        raise RuntimeError(subject)


def test_a_prompt_check_that_raises_holds_the_request(submit, monkeypatch):
    # given
    monkeypatch.setattr(prompts, "PROMPT_CHECKS", (*prompts.PROMPT_CHECKS, BrokenCheck()))
    # when
    request = submit("a robot")
    # then
    assert request.status == "held"
    assert kept(request)[-1] == ("broken_check", "unknown")
    assert ReviewCase.objects.get().kind == "prompt"


def test_screening_a_prompt_reads_the_policy_and_writes_nothing(brand):
    with CaptureQueriesContext(
        connection,
    ) as queries:
        moderation().screen_prompt(brand=brand, prompt="a robot", negative_prompt="", tags={})
    assert len(queries) == 1
    assert not ReviewPolicy.objects.exists()


@pytest.mark.parametrize("claimed", [False, True])
def test_cancelling_withdraws_the_case_and_its_claim(in_review, reviewer, requester, claimed):
    # given
    case = in_review()
    if claimed:
        claim_case(actor=Actor.person(reviewer), user=reviewer, case_id=case.pk)
    # when
    cancel_request(actor=Actor.person(requester), request_id=case.request_id)
    # then
    case.refresh_from_db()
    assert case.status == "withdrawn"
    assert case.closed_at is not None


def test_cancelling_a_held_request_withdraws_its_prompt_case(held, requester):
    case = held()
    cancel_request(actor=Actor.person(requester), request_id=case.request_id)
    case.refresh_from_db()
    assert case.status == "withdrawn"


def test_cancelling_takes_pictures_from_the_queue(being_screened, requester):
    request = being_screened(scene())
    cancel_request(actor=Actor.person(requester), request_id=request.pk)
    assert list(ScreeningRun.objects.values_list("status")) == [("cancelled",)]


def test_findings_are_told_per_request_in_one_query(brand):
    # given
    request, other = GenerationRequestFactory.create_batch(2, brand=brand)
    candidate = CandidateFactory(request=request)
    of_prompt = FindingFactory(request=request, candidate=None)
    of_picture = FindingFactory(candidate=candidate, verdict="flag", evidence={"measure": "noise"})
    # when
    with CaptureQueriesContext(connection) as queries:
        told = moderation().findings_of(request_ids=[request.pk, other.pk])
    # then
    assert len(queries) == 1
    assert [each["id"] for each in told[request.pk]] == [str(of_prompt.pk), str(of_picture.pk)]
    assert other.pk not in told
    assert told[request.pk][0]["candidate_id"] is None
    assert told[request.pk][1] == {
        "id": str(of_picture.pk),
        "candidate_id": str(candidate.pk),
        "check": of_picture.check_name,
        "version": "1",
        "category": "quality",
        "verdict": "flag",
        "score": 0.1,
        "threshold": 0.5,
        "evidence": {"measure": "noise"},
    }


def test_decisions_are_told_with_their_comments_in_one_query(in_review, reviewer):
    # given
    case = in_review()
    decision = act("request_changes", reviewer, case, comment="Rounder ears.")
    # when
    with CaptureQueriesContext(connection) as queries:
        told = moderation().decisions_of(request_ids=[case.request_id])
    # then
    assert len(queries) == 1
    assert told == {
        case.request_id: [
            {
                "id": str(decision.pk),
                "kind": "image",
                "case_id": str(case.pk),
                "action": "request_changes",
                "reviewer": {"id": str(reviewer.pk), "name": reviewer.username},
                "policy": None,
                "stage": 1,
                "candidate_id": None,
                "pixel_sha256": "",
                "override": False,
                "reason_codes": [],
                "decided_at": decision.created_at.isoformat(),
                "on_behalf_of": None,
                "is_final": True,
                "undoes": None,
                "comment": "Rounder ears.",
            }
        ]
    }
