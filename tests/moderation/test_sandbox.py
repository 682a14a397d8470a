"""Tests of platforms are checked like everything else, and never reach a person."""

from datetime import timedelta

import pytest
from django.utils import timezone

from avatars.models import AvatarVersion, Bot
from avatars.services import roll_back, submit_request, take_down
from brandhub.accounts.models import ApiClient, Brand, User
from brandhub.audit.models import AuditEvent
from brandhub.audit.record import SYSTEM
from brandhub.common.errors import InvalidInput
from brandhub.webhooks.models import OutboxEvent
from moderation.models import (
    Decision,
    Finding,
    Notice,
    PictureFingerprint,
    ReviewCase,
    ScreeningRun,
)
from moderation.policies.replay import replay
from moderation.policies.rules import DEFAULT_RULES
from moderation.screener import drain
from moderation.services import claim_screening
from moderation.sweepers import sweep_expired_screenings
from tests.factories import (
    BotFactory,
    GenerationRequestFactory,
    ReviewPolicyFactory,
    StyleRevisionFactory,
)
from tests.moderation.conftest import scene
from tests.moderation.test_image_checks import noise
from tests.moderation.test_screening import events, expire, make_due, verdicts

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def trial(brand: Brand, platform: ApiClient) -> Bot:
    """A bot of the platform's sandbox."""
    return BotFactory(brand=brand, client=platform, sandbox=True)


@pytest.fixture
def live_twin(brand: Brand, platform: ApiClient, trial: Bot) -> Bot:
    """The live bot of the same id."""
    return BotFactory(brand=brand, client=platform, external_id=trial.external_id)


def ask(bot: Bot, prompt: str):
    return submit_request(
        actor=SYSTEM,
        bot=bot,
        style_revision=StyleRevisionFactory(brand=bot.brand),
        requested_by=bot.client.owner,
        client=bot.client,
        prompt=prompt,
    )


def nobody_was_asked() -> bool:
    return not any(model.objects.exists() for model in (ReviewCase, Decision, Notice))


def test_a_checked_picture_is_approved_without_a_case(trial: Bot, being_screened, reviewer: User):
    # given a test with a blocked picture and one that passes
    request = being_screened(noise(), scene(), bot=trial)
    # when the checks have spoken
    assert drain(seconds=20) == 2
    # then the rule of the sandbox has decided, and its platform is told each step
    request.refresh_from_db()
    assert request.status == "approved"
    assert verdicts(request) == [("not_selected", "block"), ("approved", "pass")]
    assert events(request) == ["in_review", "approved"]
    assert AvatarVersion.objects.get().bot == trial
    assert list(OutboxEvent.objects.order_by("id").values_list("type", "sandbox")) == [
        ("request.in_review", True),
        ("request.completed", True),
        ("avatar.version.published", True),
    ]
    assert Finding.objects.filter(request=request).exists()
    assert nobody_was_asked()


def test_the_trail_says_what_is_of_the_sandbox(trial: Bot, being_screened):
    # given a test bot that was given two pictures, has gone back to one and lost it
    for seed in (0, 1):
        being_screened(noise(seed), scene(seed), bot=trial)
        drain(seconds=20)
    roll_back(actor=SYSTEM, bot_id=trial.pk, to=1)
    take_down(actor=SYSTEM, bot_id=trial.pk, reason="trial")
    # when a live picture is checked
    being_screened(scene(2))
    drain(seconds=20)
    # then the trail tells the two apart
    marked = AuditEvent.objects.filter(data__sandbox=True)
    assert set(marked.values_list("action", flat=True)) == {
        "candidate.screened",
        "request.in_review",
        "request.approved",
        "request.approved_in_sandbox",
        "version.published",
        "version.rolled_back",
        "version.taken_down",
    }
    others = AuditEvent.objects.filter(data__sandbox__isnull=True)
    assert sorted(others.values_list("action", flat=True)) == [
        "candidate.screened",
        "case.opened",
        "request.in_review",
        "review_policy.published",
    ]


def test_a_policy_that_approves_by_itself_has_no_say(trial: Bot, brand, being_screened):
    ReviewPolicyFactory(brand=brand, auto_approve=True)

    being_screened(scene(), bot=trial)
    drain(seconds=20)

    assert AvatarVersion.objects.get().decision["rule"] == "sandbox"
    assert nobody_was_asked()


def test_all_blocked_is_declined_without_a_case(trial: Bot, being_screened):
    request = being_screened(noise(0), noise(1), bot=trial)

    drain(seconds=20)

    request.refresh_from_db()
    assert (request.status, request.reason) == ("declined", "all_candidates_blocked")
    assert verdicts(request) == [("rejected", "block")] * 2
    assert OutboxEvent.objects.get().type == "request.declined"
    assert AvatarVersion.objects.count() == 0
    assert nobody_was_asked()


def test_a_blocked_prompt_is_refused_as_a_live_one(trial: Bot, brand: Brand):
    Brand.objects.filter(pk=brand.pk).update(forbidden_terms=["zebra"])
    trial.brand.refresh_from_db()

    with pytest.raises(InvalidInput) as refused:
        ask(trial, "a robot with a zebra")

    assert refused.value.error_code == "prompt_rejected"


def test_a_doubtful_prompt_is_declined_without_a_case(trial: Bot, brand: Brand):
    Brand.objects.filter(pk=brand.pk).update(protected_names=["Zebra Corp"])
    trial.brand.refresh_from_db()

    request = ask(trial, "a robot of Zebra Corp")

    assert (request.status, request.reason) == ("declined", "prompt_in_doubt")
    assert Finding.objects.filter(request=request).exists()
    assert nobody_was_asked()


def test_what_is_live_is_checked_first(trial: Bot, being_screened):
    # given a test whose picture has waited for longer
    test, live = being_screened(scene(0), bot=trial), being_screened(scene(1))
    ScreeningRun.objects.filter(candidate__request=test).update(
        available_at=timezone.now() - timedelta(days=1)
    )

    claimed = [claim_screening(holder="worker").candidate.request_id for _ in range(2)]

    assert claimed == [live.pk, test.pk]


def test_a_worker_that_dies_over_a_test_leaves_it_to_another(trial: Bot, being_screened):
    # given
    request = being_screened(scene(), bot=trial)
    expire(claim_screening(holder="gone"))
    # when
    assert sweep_expired_screenings() == 1
    make_due()
    assert drain(seconds=20) == 1
    # then it was decided once
    request.refresh_from_db()
    assert request.status == "approved"
    assert AvatarVersion.objects.count() == 1


def test_no_live_picture_is_held_against_a_test(live_twin: Bot, trial: Bot, being_screened):
    # given a picture that a live bot wears
    worn = being_screened(scene(), bot=live_twin)
    drain(seconds=20)
    picture = worn.candidates.get()
    PictureFingerprint.objects.filter(candidate=picture).update(is_out=True)
    # when a test draws the same
    test = being_screened(scene(), bot=trial)
    drain(seconds=20)
    # then it is compared with nothing, as where nothing is out, and told of nobody
    test.refresh_from_db()
    finding = Finding.objects.get(request=test, check_name="near_duplicate")
    assert (finding.verdict, finding.score, finding.evidence) == ("pass", 0.0, {"alike": []})
    assert test.status == "approved"


def test_no_test_is_held_against_a_live_picture(trial: Bot, being_screened):
    # given a picture that is out in the sandbox
    being_screened(scene(), bot=trial)
    drain(seconds=20)
    assert AvatarVersion.objects.get().status == "current"
    assert PictureFingerprint.objects.get().is_out is False
    # when the same is drawn live
    live = being_screened(scene())
    drain(seconds=20)
    # then it is like nothing that is out
    assert verdicts(live) == [("screened", "pass")]
    # and taking the test down changes nothing about that
    take_down(actor=SYSTEM, bot_id=trial.pk, reason="trial")
    assert not PictureFingerprint.objects.filter(is_out=True).exists()


def test_a_policy_is_not_replayed_over_tests(trial: Bot, brand: Brand):
    GenerationRequestFactory(brand=brand)
    GenerationRequestFactory(bot=trial)

    assert replay(DEFAULT_RULES, brand.pk).requests == 1
