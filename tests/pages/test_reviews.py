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


@pytest.mark.parametrize("value", ["", "nonsense", "../../etc:passwd"])
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
