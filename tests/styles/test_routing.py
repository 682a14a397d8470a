"""Which steps and scheduler a requirement is drawn with: by its style's tier, and what it asks."""

import pytest

from avatars.services.submission import plan_request, submit_request
from brandhub.audit.record import SYSTEM
from styles.composition import compose_prompt
from styles.requirements import parse_requirement
from styles.routing import Route, is_simple, route_for
from tests.avatars.conftest import moderation  # noqa: F401 - a fixture
from tests.factories import BotFactory, PinnedAdapterFactory, StyleRevisionFactory, UserFactory

pytestmark = pytest.mark.django_db

SIMPLE = "a robot, blue background"
RICH = "a smiling robot with glasses, headphones and a bow, blue background"


def revision(tier: str, steps: int = 24, **values):
    return StyleRevisionFactory(
        tier=tier, steps=steps, scheduler="ddim", guidance_schedule="early", **values
    )


def routed(style, text: str, **values) -> Route:
    composed = compose_prompt(revision=style, requirement=parse_requirement(text))
    return route_for(style, composed, **values)


@pytest.mark.parametrize(
    ("tier", "text", "expected"),
    [
        ("draft", RICH, Route("draft", 8, "unipc", "constant")),
        ("standard", SIMPLE, Route("standard", 24, "ddim", "early")),
        ("best", SIMPLE, Route("best", 48, "ddim", "early")),
        ("light", SIMPLE, Route("draft", 8, "unipc", "constant", "simple")),
        ("light", RICH, Route("standard", 24, "ddim", "early", "not_simple")),
        ("light", "a robot, no hat", Route("standard", 24, "ddim", "early", "not_simple")),
    ],
)
def test_a_route_is_by_tier_and_requirement(tier, text, expected) -> None:
    assert routed(revision(tier), text) == expected


@pytest.mark.parametrize(
    ("tier", "written", "steps", "scheduler"),
    [
        ("draft", 12, 4, "unipc"),
        ("draft", 4, 4, "ddim"),
        ("draft", 2, 2, "ddim"),
        ("best", 40, 60, "ddim"),
        ("best", 100, 100, "ddim"),
    ],
)
def test_a_tier_neither_adds_nor_takes_too_much(tier, written, steps, scheduler) -> None:
    route = routed(revision(tier, written), SIMPLE)
    assert (route.steps, route.scheduler) == (steps, scheduler)


def test_drawing_from_a_picture_is_not_simple() -> None:
    assert routed(revision("light"), SIMPLE, has_references=True).reason == "not_simple"


def test_drawing_from_a_picture_is_not_guided_early() -> None:
    assert routed(revision("standard"), RICH).guidance_schedule == "early"
    started = routed(revision("standard"), RICH, has_references=True)
    assert started.guidance_schedule == "constant"


def test_a_style_that_wears_an_adapter_is_not_guided_early() -> None:
    style = revision("standard", status="draft")
    PinnedAdapterFactory(revision=style)
    assert routed(style, RICH).guidance_schedule == "constant"


def test_what_cannot_be_drawn_is_not_simple() -> None:
    style = revision("light")
    style.base_model.unsupported_tags = ["background:blue"]
    composed = compose_prompt(revision=style, requirement=parse_requirement(SIMPLE))
    assert composed.unsupported == ("background:blue",)
    assert not is_simple(composed)


def test_the_plan_shows_the_route_and_the_request_keeps_it(moderation) -> None:  # noqa: F811
    style = revision("light")
    bot = BotFactory(brand=style.style.brand)
    plan = plan_request(bot=bot, style_revision=style, prompt=SIMPLE, candidates=2)
    request = submit_request(
        actor=SYSTEM,
        bot=bot,
        style_revision=style,
        requested_by=UserFactory(),
        prompt=SIMPLE,
        candidates=2,
    )
    assert plan.route.as_json() == request.route
    assert request.route == {
        "tier": "draft",
        "steps": 8,
        "scheduler": "unipc",
        "guidance_schedule": "constant",
        "reason": "simple",
    }
    assert (request.steps, request.scheduler) == (8, "unipc")
    assert request.guidance_schedule == "constant"
    assert plan.cost == request.candidate_count * request.steps_walked == 16
