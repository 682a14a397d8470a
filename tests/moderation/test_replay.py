"""A policy over the past: told by what the checks measured then, and nothing is changed by it."""

import pytest

from brandhub.common.errors import NotFound
from moderation.policies.catalogue import CATALOGUE
from moderation.policies.replay import WINDOW, Step, page_of, replay
from moderation.policies.rules import DEFAULT_RULES, CheckRule, PolicyRules
from moderation.states import CaseKind, CheckMode
from tests.factories import (
    CandidateFactory,
    FindingFactory,
    GenerationRequestFactory,
    ReviewCaseFactory,
)
from tests.moderation.test_reviewing import act, everything

pytestmark = pytest.mark.django_db

STRICT = {**DEFAULT_RULES.checks, "palette_distance": CheckRule(CheckMode.BLOCK, 0.5)}


@pytest.fixture
def past(brand, requester):
    """``past(score)``: a request whose picture has this share of the palette; else all is clean."""

    def make(score=0.9, *, prompt=True, leave_out=(), verdict="pass", **own):
        request = GenerationRequestFactory(brand=brand, requested_by=requester)
        candidate = CandidateFactory(request=request, verdict=verdict)
        for check in CATALOGUE:
            is_prompt = check.subject == CaseKind.PROMPT
            if check.name in leave_out or (is_prompt and not prompt):
                continue
            FindingFactory(
                request=request,
                candidate=None if is_prompt else candidate,
                check_name=check.name,
                verdict=own.get(check.name, "pass"),
                score=score if check.name == "palette_distance" else None,
            )
        return request

    return make


def test_a_stricter_threshold_tells_which_pictures_it_would_have_blocked(brand, past):
    # given
    fine, off_palette = past(0.6), past(0.3)
    before = everything()
    # when
    told = replay(PolicyRules(checks=STRICT), brand.pk)
    # then
    assert everything() == before
    assert (told.requests, told.pictures) == (2, 2)
    assert told.picture_steps == (Step("pass", "pass", 1), Step("pass", "block", 1))
    assert told.requirement_steps == (Step("pass", "pass", 2),)
    [row] = told.changed
    assert (row.request, row.candidate) == (off_palette, off_palette.candidates.get())
    assert (row.before, row.judged.verdict, row.judged.because) == (
        "pass",
        "block",
        ("palette_distance",),
    )
    assert fine not in [each.request for each in told.changed]


def test_the_policy_that_judged_changes_nothing(brand, past):
    past(0.9)
    past(0.2, palette_distance="flag", verdict="flag")
    assert replay(DEFAULT_RULES, brand.pk).changed == ()


def test_requirements_are_replayed_too(brand, past):
    past(protected_names="flag")
    rules = PolicyRules(checks={"protected_names": CheckRule(CheckMode.OFF)})
    told = replay(rules, brand.pk)
    assert told.requirement_steps == (Step("flag", "pass", 1),)
    assert [each.candidate for each in told.changed] == [None]


def test_what_was_made_of_a_word_then_is_undone(brand, past):
    """A check whose word a policy had softened is judged by its own word."""
    request = past()
    FindingFactory(
        candidate=CandidateFactory(request=request, verdict="flag"),
        check_name="nudity",
        verdict="flag",
        own_verdict="block",
    )
    told = replay(DEFAULT_RULES, brand.pk)
    assert Step("flag", "block", 1) in told.picture_steps


def test_a_check_that_was_off_then_has_measured_nothing(brand, past):
    past(leave_out=("nudity",))
    told = replay(DEFAULT_RULES, brand.pk)
    assert told.not_measured == 1
    assert told.changed[0].judged.not_measured == ("nudity",)
    assert told.picture_steps == (Step("pass", "flag", 1),)


def test_what_would_have_gone_out_without_a_person_is_counted_against_them(brand, past, reviewer):
    # given two clean ones, of which people refused one, and a doubtful one
    refused = past()
    past()
    past(protected_names="flag")
    case = ReviewCaseFactory(request=refused)
    act("reject", reviewer, case)
    # when
    automatic = PolicyRules(checks=DEFAULT_RULES.checks, auto_approve=True)
    told = replay(automatic, brand.pk)
    # then
    assert (told.approved_at_once, told.against_people) == (2, 1)
    assert replay(DEFAULT_RULES, brand.pk).approved_at_once == 0


def test_other_brands_and_previews_are_left_out(brand, past):
    request = past()
    FindingFactory()
    GenerationRequestFactory(brand=brand, is_preview=True)
    told = replay(DEFAULT_RULES, brand.pk)
    assert (told.requests, told.pictures) == (1, 1)
    assert request.brand == brand


def test_it_costs_four_queries_and_looks_at_so_many(brand, past, django_assert_num_queries):
    assert WINDOW == 500
    for _ in range(3):
        past(0.3)
    with django_assert_num_queries(4):
        told = replay(PolicyRules(checks=STRICT), brand.pk)
        assert [each.request.bot.name for each in told.changed]


def test_the_list_is_cut_into_pages(brand, past):
    requests = [past(0.3) for _ in range(3)]
    rows = replay(PolicyRules(checks=STRICT), brand.pk).changed
    first = page_of(rows, after="", size=2)
    assert [each.request for each in first.rows] == [requests[2], requests[1]]
    second = page_of(rows, after=first.next_after, size=2)
    assert ([each.request for each in second.rows], second.next_after) == ([requests[0]], "")
    with pytest.raises(NotFound):
        page_of(rows, after="nowhere")
