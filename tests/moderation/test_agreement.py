"""What the check of agreement makes of a judge's words, and what people see of it."""

import pytest
from django.test import Client
from django.urls import reverse

from moderation import screener
from moderation.checks.picture import AskedTag, Picture, PictureAlignment
from moderation.checks.picture_agreement import LEAST_OF_CHANCE, PictureAgreement
from moderation.models import Finding
from moderation.policies.rules import CheckRule, PolicyRules
from moderation.states import CheckMode
from tests.moderation.conftest import JUDGE, judged, scene

ROBOT = AskedTag("subject:robot", absent=False, score=0.9, chance=0.25)


def result_of(*tags, unknown=(), score=0.5):
    alignment = PictureAlignment(
        judge=JUDGE, score=score if tags else None, tags=tags, unknown=unknown, features=()
    )
    [result] = PictureAgreement().run(Picture(b"", "", alignment=alignment))
    return result


def test_what_was_asked_and_is_there_passes():
    result = result_of(ROBOT)
    # 0.9 is 3.6 times what guessing among four would score.
    assert (str(result.verdict), result.score, result.threshold) == ("pass", 3.6, LEAST_OF_CHANCE)
    assert result.evidence == {
        "judge": JUDGE,
        "sure": 0.5,
        "asked": [
            {
                "tag": "subject:robot",
                "absent": False,
                "score": 0.9,
                "threshold": 0.05,
                "shown": True,
            }
        ],
    }


@pytest.mark.parametrize(("score", "verdict"), [(0.05, "pass"), (0.0499, "flag")])
def test_the_threshold_is_a_share_of_chance(score, verdict):
    tag = AskedTag("eyewear:glasses", absent=False, score=score, chance=0.05 / LEAST_OF_CHANCE)
    assert str(result_of(ROBOT, tag).verdict) == verdict


def test_the_score_is_that_of_what_fares_worst():
    glasses = AskedTag("eyewear:glasses", absent=False, score=0.1, chance=0.25)
    assert result_of(ROBOT, glasses, score=0.3).score == 0.4
    assert result_of().score is None


@pytest.mark.parametrize(
    ("threshold", "score", "verdict"),
    [(0.5, 0.1, "flag"), (0.3, 0.1, "pass"), (0.1, 0.04, "pass"), (0.1, 0.02, "flag")],
)
def test_a_policy_says_how_sure_is_sure_enough(threshold, score, verdict):
    rules = PolicyRules(checks={"picture_agreement": CheckRule(CheckMode.FLAG, threshold)})
    glasses = AskedTag("eyewear:glasses", absent=False, score=score, chance=0.25)
    assert rules.judge(result_of(ROBOT, glasses)).verdict == verdict


def test_no_threshold_lets_pass_what_was_never_taught():
    rules = PolicyRules(checks={"picture_agreement": CheckRule(CheckMode.FLAG, 0.01)})
    missing = AskedTag("eyewear:glasses", absent=False, score=0.04, chance=0.25)
    assert rules.judge(result_of(missing)).verdict == "pass"
    assert rules.judge(result_of(missing, unknown=("style:realistic",))).verdict == "flag"
    assert rules.judge(result_of(ROBOT, unknown=("style:realistic",))).verdict == "unknown"


def test_what_was_to_be_absent_and_is_there_flags():
    result = result_of(ROBOT, AskedTag("headwear", absent=True, score=0.001, chance=0.07))
    assert str(result.verdict) == "flag"
    assert [each["shown"] for each in result.evidence["asked"]] == [True, False]


def test_what_the_judge_was_never_taught_is_unknown_and_no_pass():
    result = result_of(ROBOT, unknown=("style:realistic",))
    assert str(result.verdict) == "unknown"
    assert result.evidence["untaught"] == ["style:realistic"]


def test_what_is_missing_weighs_more_than_what_is_unknown():
    missing = AskedTag("eyewear:glasses", absent=False, score=0.0, chance=0.2)
    assert str(result_of(missing, unknown=("style:realistic",)).verdict) == "flag"


def test_a_picture_that_no_judge_saw_is_unknown_and_no_pass():
    [result] = PictureAgreement().run(Picture(b"", ""))
    assert str(result.verdict) == "unknown"
    assert result.evidence == {"note": "not_judged"}


@pytest.mark.django_db(transaction=True)
def test_a_screening_reads_what_the_render_worker_kept(being_screened):
    # given: nothing kept of one of two pictures
    request = being_screened(scene(0), scene(1))
    first, second = request.candidates.order_by("index")
    second.alignment.delete()
    # when
    screener.drain(seconds=20)
    # then
    said = Finding.objects.filter(check_name="picture_agreement")
    assert dict(said.values_list("candidate_id", "verdict")) == {
        first.pk: "pass",
        second.pk: "unknown",
    }


@pytest.mark.django_db(transaction=True)
def test_the_case_shows_the_likeliest_first_and_what_was_asked(in_review, reviewer):
    # given: the second picture agrees best, the third is blocked, the fourth was not judged
    case = in_review(candidates=4)
    candidates = list(case.request.candidates.order_by("index"))
    for candidate, score in zip(candidates, (0.2, 0.7, 0.9), strict=False):
        judged(candidate, scene(candidate.index), score=score)
    type(candidates[2]).objects.filter(pk=candidates[2].pk).update(verdict="block")
    Finding.objects.create(
        brand=case.brand,
        request=case.request,
        candidate=candidates[1],
        check_name="picture_agreement",
        check_version="1",
        category="agreement",
        verdict="flag",
        score=0.7,
        evidence={
            "judge": JUDGE,
            "asked": [
                {
                    "tag": "eyewear:glasses",
                    "absent": False,
                    "score": 0.01,
                    "threshold": 0.04,
                    "shown": False,
                },
                {
                    "tag": "headwear",
                    "absent": True,
                    "score": 0.8,
                    "threshold": 0.01,
                    "shown": True,
                },
            ],
            "untaught": ["style:realistic"],
        },
    )
    client = Client()
    client.force_login(reviewer)
    # when
    answer = client.get(reverse("pages:review-case", kwargs={"pk": case.pk}))
    # then
    shown = [candidate for candidate, _ in answer.context["judged"]]
    assert [each.index for each in shown] == [1, 0, 2, 3]
    assert [each.rank for each in shown] == [1, 2, 3, None]
    html = answer.content.decode()
    for words in ("Eyewear: Glasses", "no Headwear", "Style: Realistic", "cannot be judged"):
        assert words in html
