"""Deciding cases on their page, down to the rows; and what the page lets nobody do."""

import re
from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from avatars.models import AvatarVersion, Candidate
from avatars.states import CandidateStatus, RequestStatus
from brandhub.accounts.models import Role
from moderation.models import CaseComment, Decision, ReviewCase
from moderation.states import CaseStatus
from tests import factories
from tests.pages.world import World


def _picture(candidate: Candidate, **changed: str) -> str:
    values = {"pk": str(candidate.pk), "sha": candidate.pixel_sha256} | changed
    return f"{values['pk']}:{values['sha']}"


def _claimed(world: World) -> ReviewCase:
    world.case.status = CaseStatus.CLAIMED
    world.case.claimed_by = world.reviewer
    world.case.claimed_until = timezone.now() + timedelta(minutes=30)
    world.case.save()
    return world.case


def test_the_next_case_is_the_oldest_that_one_may_decide(world: World, client: Client) -> None:
    client.force_login(world.reviewer)
    answer = client.post(reverse("pages:review-next"))
    world.case.refresh_from_db()
    assert answer.url == reverse("pages:review-case", args=[world.case.pk])
    assert (world.case.status, world.case.claimed_by) == (CaseStatus.CLAIMED, world.reviewer)


def test_nobody_is_given_their_own_case(world: World, client: Client) -> None:
    # Given the manager who asked for everything that waits,
    client.force_login(world.manager)
    page = client.post(reverse("pages:review-next"), follow=True)
    assert "No case is waiting for you." in page.content.decode()
    assert not ReviewCase.objects.filter(status=CaseStatus.CLAIMED).exists()


def test_an_approval_publishes_the_pixels_that_were_shown(world: World, client: Client) -> None:
    client.force_login(world.reviewer)
    chosen = world.candidates[1]
    page = client.get(reverse("pages:review-case", args=[world.case.pk])).content.decode()
    assert f'value="{_picture(chosen)}"' in page
    answer = client.post(
        reverse("pages:review-approve", args=[world.case.pk]),
        {"picture": _picture(chosen), "comment": "Good at 32 px"},
    )
    assert answer.url == reverse("pages:review-queue")
    version = AvatarVersion.objects.get(bot=world.bot, status="current")
    assert (version.candidate, version.pixel_sha256) == (chosen, chosen.pixel_sha256)
    decision = Decision.objects.get(case=world.case)
    assert (decision.reviewer, decision.comment) == (world.reviewer, "Good at 32 px")


def test_pixels_that_changed_since_they_were_shown_are_not_approved(
    world: World, client: Client
) -> None:
    # Given a reviewer whose page shows other pixels than the row now has,
    client.force_login(world.reviewer)
    answer = client.post(
        reverse("pages:review-approve", args=[world.case.pk]),
        {"picture": _picture(world.candidates[0], sha="0" * 64), "comment": "my words"},
    )
    # then nothing is decided, the page says why, and the comment is still there.
    assert answer.status_code == 409
    text = answer.content.decode()
    assert "The picture changed after it was shown to you." in text
    assert "my words" in text
    assert not Decision.objects.filter(case=world.case).exists()
    world.request.refresh_from_db()
    assert world.request.status == RequestStatus.IN_REVIEW


@pytest.mark.parametrize(
    "value",
    ["", "nonsense", "../../etc:passwd", f"{'-' * 36}:{'0' * 64}", f"{'a' * 36}:{'0' * 64}"],
)
def test_an_approval_needs_a_picture(value: str, world: World, client: Client) -> None:
    client.force_login(world.reviewer)
    answer = client.post(reverse("pages:review-approve", args=[world.case.pk]), {"picture": value})
    assert answer.status_code == 422
    assert "Choose a picture first." in answer.content.decode()
    assert not Decision.objects.filter(case=world.case).exists()


def test_a_candidate_of_another_request_is_not_approved(world: World, client: Client) -> None:
    client.force_login(world.reviewer)
    other = world.versions[0].candidate
    answer = client.post(
        reverse("pages:review-approve", args=[world.case.pk]), {"picture": _picture(other)}
    )
    assert answer.status_code == 404
    assert not Decision.objects.filter(case=world.case).exists()


def test_a_blocked_picture_needs_an_override_and_a_reason(world: World, client: Client) -> None:
    client.force_login(world.reviewer)
    address = reverse("pages:review-approve", args=[world.case.pk])
    blocked = {"picture": _picture(world.candidates[2])}
    assert client.post(address, blocked).status_code == 409
    without_reason = client.post(address, blocked | {"override": "on"})
    assert without_reason.status_code == 422
    assert "Say it in words." in without_reason.content.decode()
    assert not Decision.objects.filter(case=world.case).exists()
    client.post(address, blocked | {"override": "on", "comment": "The check is wrong here"})
    assert Decision.objects.get(case=world.case).override is True


def test_nobody_approves_their_own_request(world: World, client: Client) -> None:
    # Given the manager, who may review, but who asked for this,
    client.force_login(world.manager)
    page = client.get(reverse("pages:review-case", args=[world.case.pk])).content.decode()
    assert "so somebody else decides" in page
    assert reverse("pages:review-approve", args=[world.case.pk]) not in page
    answer = client.post(
        reverse("pages:review-approve", args=[world.case.pk]),
        {"picture": _picture(world.candidates[0])},
    )
    assert answer.status_code == 403
    assert not Decision.objects.filter(case=world.case).exists()


def test_a_colleagues_claim_is_respected(world: World, client: Client) -> None:
    _claimed(world)
    colleague = factories.member(world.brand, Role.REVIEWER)
    client.force_login(colleague)
    page = client.get(reverse("pages:review-case", args=[world.case.pk])).content.decode()
    assert f"{world.reviewer.username} is working on this case." in page
    assert reverse("pages:review-approve", args=[world.case.pk]) not in page
    answer = client.post(
        reverse("pages:review-reject", args=[world.case.pk]), {"reason_codes": ["low_quality"]}
    )
    assert answer.status_code == 409
    assert not Decision.objects.filter(case=world.case).exists()


def test_a_claim_that_ran_out_binds_nobody(world: World, client: Client) -> None:
    case = _claimed(world)
    case.claimed_until = timezone.now() - timedelta(seconds=1)
    case.save()
    colleague = factories.member(world.brand, Role.REVIEWER)
    client.force_login(colleague)
    client.post(reverse("pages:review-claim", args=[case.pk]))
    case.refresh_from_db()
    assert case.claimed_by == colleague


def test_a_rejection_needs_a_reason_and_keeps_the_comment(world: World, client: Client) -> None:
    client.force_login(world.reviewer)
    address = reverse("pages:review-reject", args=[world.case.pk])
    answer = client.post(address, {"comment": "Ears are missing"})
    assert answer.status_code == 422
    assert "Choose at least one reason." in answer.content.decode()
    assert "Ears are missing" in answer.content.decode()
    client.post(address, {"reason_codes": ["low_quality", "off_brand"], "comment": "Ears"})
    world.request.refresh_from_db()
    assert world.request.status == RequestStatus.DECLINED
    assert Decision.objects.get(case=world.case).reason_codes == ["low_quality", "off_brand"]


def test_changes_reach_the_person_who_asked(world: World, client: Client) -> None:
    client.force_login(world.reviewer)
    client.post(
        reverse("pages:review-changes", args=[world.case.pk]), {"comment": "Larger glasses"}
    )
    client.force_login(world.manager)
    page = client.get(reverse("pages:request-detail", args=[world.request.pk])).content.decode()
    assert "Larger glasses" in page
    assert f"{reverse('pages:request-new')}?continues={world.request.pk}" in page


def test_a_requirement_in_doubt_is_let_through(world: World, client: Client) -> None:
    client.force_login(world.reviewer)
    page = client.get(reverse("pages:review-case", args=[world.prompt_case.pk])).content.decode()
    assert "a robot like <mark>Blue Mouse</mark>" in page
    client.post(reverse("pages:review-approve", args=[world.prompt_case.pk]))
    world.held.refresh_from_db()
    assert world.held.status == RequestStatus.QUEUED
    assert world.held.candidates.filter(status=CandidateStatus.QUEUED).count() == 4


def test_comments_are_kept_and_shown(world: World, client: Client) -> None:
    client.force_login(world.manager)
    page = client.post(
        reverse("pages:review-comment", args=[world.case.pk]),
        {"text": "Prefer the second"},
        follow=True,
    )
    assert "Prefer the second" in page.content.decode()
    assert CaseComment.objects.get(case=world.case).author == world.manager


def test_findings_show_score_threshold_and_evidence(world: World, client: Client) -> None:
    client.force_login(world.reviewer)
    page = client.get(reverse("pages:review-case", args=[world.case.pk])).content.decode()
    assert "Colours of the brand" in page
    assert "10\N{NO-BREAK SPACE}% in the brand's colours, at least 25" in page
    assert 'fill="#123456"' in page
    assert "Brand blue" in page


def test_a_blocked_picture_is_behind_a_reveal(world: World, client: Client) -> None:
    client.force_login(world.reviewer)
    address = reverse("pages:review-case", args=[world.case.pk])
    blocked = reverse("pages:candidate-picture", args=[world.candidates[2].pk])
    page = client.get(address).content.decode()
    # Its address stands in an inert template alone, which a script opens when it is asked to.
    inert = "".join(re.findall(r"<template>.*?</template>", page, re.DOTALL))
    assert blocked in inert
    assert blocked not in re.sub(r"<template>.*?</template>", "", page, flags=re.DOTALL)
    # Without scripts, a link asks for it.
    assert f'href="?reveal={world.candidates[2].pk}"' in page
    revealed = client.get(address, {"reveal": world.candidates[2].pk}).content.decode()
    assert f'<img src="{blocked}"' in revealed
    assert "<template>" not in revealed


def test_the_style_shows_its_pictures_and_the_bot_what_it_wears(
    world: World, client: Client
) -> None:
    # Given a revision that was published with a reference, and a bot that wears version 2,
    world.request.style_revision = world.draft
    world.request.save(update_fields=["style_revision"])
    client.force_login(world.reviewer)
    page = client.get(reverse("pages:review-case", args=[world.case.pk])).content.decode()
    assert reverse("pages:reference-picture", args=[world.reference.pk]) in page
    # then what it wears now stands first among the pictures, at the same sizes.
    faces = page[page.index('<ul class="candidates"') :]
    worn = reverse("pages:candidate-picture", args=[world.versions[1].candidate_id])
    assert faces.index(f'src="{worn}"') < faces.index("Candidate 1")
    assert faces.count(f'src="{worn}"') == 9
    assert f'src="{reverse("pages:candidate-picture", args=[world.candidates[0].pk])}"' in faces


def test_changes_carry_their_reasons(world: World, client: Client) -> None:
    client.force_login(world.reviewer)
    client.post(
        reverse("pages:review-changes", args=[world.case.pk]),
        {"comment": "Larger glasses", "reason_codes": ["unreadable", "off_brand"]},
    )
    assert Decision.objects.get(case=world.case).reason_codes == ["unreadable", "off_brand"]
    assert not world.request.continued_by.exists()


def test_the_requirement_is_reworded_where_somebody_asks_for_it(
    world: World, client: Client
) -> None:
    factories.member(world.brand, Role.REVIEWER)
    # Given a tag that was chosen beside the words,
    world.request.tags |= {"background": "blue"}
    world.request.save(update_fields=["tags"])
    client.force_login(world.reviewer)
    address = reverse("pages:review-case", args=[world.case.pk])
    assert 'id="reword"' not in client.get(address).content.decode()
    # then the form holds the words, and that tag alone,
    page = client.get(address, {"revise": 1}).content.decode()
    assert "a friendly robot with glasses</textarea>" in page
    assert re.findall(r'<option value="([^"]+)" selected', page) == ["blue"]
    # says how new words are understood,
    plan = client.post(
        reverse("pages:review-plan", args=[world.case.pk]), {"prompt": "a robot, no hat, blorp"}
    ).content.decode()
    assert "Not understood" in plan
    assert "Without" in plan
    # and sends them.
    answer = client.post(
        reverse("pages:review-changes", args=[world.case.pk]),
        {"comment": "Calmer", "prompt": "a calm robot", "tag_background": "blue", "revise": "1"},
        follow=True,
    )
    assert "A colleague will review it." in answer.content.decode()
    new = world.request.continued_by.get()
    assert (new.prompt, new.revised_by) == ("a calm robot", world.reviewer)
    assert new.tags["background"] == "blue"


def test_words_that_are_refused_stay_in_the_form(world: World, client: Client) -> None:
    factories.member(world.brand, Role.REVIEWER)
    client.force_login(world.reviewer)
    answer = client.post(
        reverse("pages:review-changes", args=[world.case.pk]),
        {"comment": "Bolder", "prompt": "a naked robot", "revise": "1"},
    )
    assert answer.status_code == 422
    page = answer.content.decode()
    assert "a naked robot</textarea>" in page
    assert "Bolder</textarea>" in page
    assert "Reword what is marked." in page
    assert "a <mark>naked</mark> robot" in page
    assert not Decision.objects.filter(case=world.case).exists()


def test_who_comes_second_is_told_by_whom_and_loses_no_word(world: World, client: Client) -> None:
    # Given a reviewer who writes a rejection while a colleague approves,
    colleague = factories.member(world.brand, Role.REVIEWER, first_name="Ada", last_name="Lee")
    client.force_login(colleague)
    client.post(
        reverse("pages:review-approve", args=[world.case.pk]),
        {"picture": _picture(world.candidates[0])},
    )
    client.force_login(world.reviewer)
    # when it is sent,
    answer = client.post(
        reverse("pages:review-reject", args=[world.case.pk]),
        {"reason_codes": ["low_quality"], "comment": "The ears are crooked"},
    )
    # then the first decision holds, the page names who took it, and the words wait as a comment.
    assert answer.status_code == 409
    page = answer.content.decode()
    assert "Ada Lee has decided this case: Approved" in page
    assert "The ears are crooked</textarea>" in page
    assert "you can leave it as a comment" in page
    assert Decision.objects.get(case=world.case).reviewer == colleague


def test_the_page_asks_whose_turn_it_is(world: World, client: Client) -> None:
    address = reverse("pages:review-live", args=[world.case.pk])
    client.force_login(world.reviewer)
    assert 'data-standing="nobody"' in client.get(address).content.decode()
    _claimed(world)
    assert 'data-standing="me"' in client.get(address).content.decode()
    client.force_login(factories.member(world.brand, Role.REVIEWER))
    page = client.get(address).content.decode()
    assert 'data-standing="colleague" data-decidable="no"' in page
    assert f"{world.reviewer.username} is working on this case." in page
    client.force_login(world.manager)
    assert 'data-standing="not_me"' in client.get(address).content.decode()


def test_whoever_goes_on_is_given_the_next_case(world: World, client: Client) -> None:
    client.force_login(world.reviewer)
    answer = client.post(
        reverse("pages:review-reject", args=[world.case.pk]),
        {"reason_codes": ["low_quality"], "then": "next"},
    )
    assert answer.url == reverse("pages:review-case", args=[world.prompt_case.pk])
    world.prompt_case.refresh_from_db()
    assert world.prompt_case.claimed_by == world.reviewer
