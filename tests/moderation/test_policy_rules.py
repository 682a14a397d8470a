"""What a policy makes of what the checks say: modes, thresholds, and who is needed for it."""

import pytest

from brandhub.accounts.models import Role
from moderation.checks import (
    legibility,
    near_duplicate,
    nudity,
    palette_distance,
    picture_agreement,
    text_in_picture,
)
from moderation.checks.contract import CheckResult
from moderation.models import Finding
from moderation.policies.catalogue import CATALOGUE, KNOWN
from moderation.policies.eligibility import shortage_of
from moderation.policies.judging import judge_findings
from moderation.policies.rules import DEFAULT_RULES, CheckRule, PolicyRules, Stage
from moderation.screener import IMAGE_CHECKS
from moderation.services.prompts import PROMPT_CHECKS
from moderation.states import CaseKind, CheckMode, FindingVerdict
from tests.factories import ApiClientFactory, member

WORDS = list(FindingVerdict)


def test_the_catalogue_knows_every_check_and_no_other():
    known = {(each.name, each.subject) for each in CATALOGUE}
    assert known == {
        *((check.name, CaseKind.PROMPT) for check in PROMPT_CHECKS),
        *((check.name, CaseKind.IMAGE) for check in IMAGE_CHECKS),
    }


def test_the_catalogues_thresholds_are_those_of_the_checks():
    assert KNOWN["palette_distance"].threshold.default == palette_distance.SHARE_THRESHOLD
    assert KNOWN["nudity"].threshold.default == nudity.FLAG_THRESHOLD
    assert KNOWN["nudity"].block_threshold.default == nudity.BLOCK_THRESHOLD
    assert KNOWN["text_in_picture"].threshold.default == text_in_picture.CONFIDENCE_THRESHOLD
    assert KNOWN["near_duplicate"].threshold.default == near_duplicate.LIKE
    assert KNOWN["near_duplicate"].threshold.low == near_duplicate.LEAST_TOLD
    assert KNOWN["picture_agreement"].threshold.default == picture_agreement.LEAST_OF_CHANCE
    assert KNOWN["legibility"].threshold.default == 1.0
    assert legibility.Legibility.name in KNOWN


@pytest.mark.parametrize("check", [each.name for each in CATALOGUE])
@pytest.mark.parametrize("own", WORDS)
def test_the_first_policy_says_what_the_checks_say(check, own):
    """But for a check that blocks where its mode is to flag, which none of them does."""
    if own == FindingVerdict.BLOCK and KNOWN[check].default == CheckMode.FLAG:
        return
    if own == FindingVerdict.FLAG and KNOWN[check].default == CheckMode.BLOCK:
        return
    assert DEFAULT_RULES.verdict_on(check, own, 0.5) == own


@pytest.mark.parametrize(
    ("mode", "expected"),
    [
        ("flag", ["pass", "flag", "flag", "unknown"]),
        ("graded", ["pass", "flag", "block", "unknown"]),
        ("block", ["pass", "block", "block", "unknown"]),
    ],
)
def test_each_mode_makes_its_verdict_of_each_word(mode, expected):
    rules = PolicyRules(checks={"forbidden_terms": CheckRule(CheckMode(mode))})
    assert [rules.verdict_on("forbidden_terms", own, None) for own in WORDS] == expected


@pytest.mark.parametrize(
    ("check", "rule", "own", "score", "expected"),
    [
        # Below the share it is no pass, and the share can be moved both ways.
        ("palette_distance", CheckRule(CheckMode.FLAG, 0.5), "pass", 0.4, "flag"),
        ("palette_distance", CheckRule(CheckMode.FLAG, 0.1), "flag", 0.2, "pass"),
        ("palette_distance", CheckRule(CheckMode.BLOCK, 0.5), "pass", 0.4, "block"),
        # Without a palette there is no score to judge.
        ("palette_distance", CheckRule(CheckMode.BLOCK, 0.5), "pass", None, "pass"),
        ("nudity", CheckRule(CheckMode.GRADED, 0.6, 0.7), "flag", 0.5, "pass"),
        ("nudity", CheckRule(CheckMode.GRADED, 0.6, 0.7), "flag", 0.65, "flag"),
        ("nudity", CheckRule(CheckMode.GRADED, 0.6, 0.7), "flag", 0.7, "block"),
        ("nudity", CheckRule(CheckMode.GRADED, None, 0.99), "block", 0.9, "flag"),
        ("nudity", CheckRule(CheckMode.FLAG, 0.6), "block", 0.9, "flag"),
        # What a picture says blocks whatever the certainty of the reading has to be.
        ("text_in_picture", CheckRule(CheckMode.GRADED, 0.95), "block", 0.85, "block"),
        ("text_in_picture", CheckRule(CheckMode.GRADED, 0.95), "flag", 0.85, "pass"),
        ("legibility", CheckRule(CheckMode.FLAG, 0.5), "flag", 0.7, "pass"),
        # Unknown is no score: no threshold makes a pass of it.
        ("nudity", CheckRule(CheckMode.GRADED, 1.0), "unknown", None, "unknown"),
    ],
)
def test_thresholds_are_moved(check, rule, own, score, expected):
    rules = PolicyRules(checks={check: rule})
    assert rules.verdict_on(check, FindingVerdict(own), score) == expected


def test_a_threshold_that_was_not_moved_leaves_the_checks_own_word():
    # 0.24996 is below the threshold, and stored it is 0.25.
    rules = PolicyRules(checks={"palette_distance": CheckRule(CheckMode.FLAG)})
    assert rules.verdict_on("palette_distance", FindingVerdict.FLAG, 0.25) == "flag"


def test_a_judged_result_keeps_the_checks_own_word_and_the_policys_threshold():
    rules = PolicyRules(checks={"nudity": CheckRule(CheckMode.BLOCK, 0.3)})
    result = CheckResult("nudity", "1", "sexual", FindingVerdict.PASS, 0.32, 0.35)
    judged = rules.judge(result)
    assert (judged.verdict, judged.own_verdict, judged.threshold) == ("block", "pass", 0.3)


def test_a_check_that_a_policy_does_not_name_is_as_it_comes():
    assert not PolicyRules().is_off("something_new")
    assert PolicyRules().verdict_on("something_new", FindingVerdict.BLOCK, None) == "block"


def _findings(**verdicts):
    return [Finding(check_name=name, verdict=own) for name, own in verdicts.items()]


def test_findings_are_judged_together_and_silence_is_no_pass():
    clean = dict.fromkeys((c.name for c in CATALOGUE if c.subject == CaseKind.PROMPT), "pass")
    judged = judge_findings(DEFAULT_RULES, _findings(**clean), CaseKind.PROMPT)
    assert (judged.verdict, judged.because) == ("pass", ())
    judged = judge_findings(
        DEFAULT_RULES, _findings(**clean | {"protected_names": "flag"}), CaseKind.PROMPT
    )
    assert (judged.verdict, judged.because) == ("flag", ("protected_names",))
    clean.pop("forbidden_terms")
    judged = judge_findings(DEFAULT_RULES, _findings(**clean), CaseKind.PROMPT)
    assert (judged.verdict, judged.not_measured) == ("flag", ("forbidden_terms",))
    assert judge_findings(DEFAULT_RULES, [], CaseKind.IMAGE).verdict == "flag"


def test_a_check_that_is_off_has_no_say():
    clean = dict.fromkeys((c.name for c in CATALOGUE if c.subject == CaseKind.PROMPT), "pass")
    rules = PolicyRules(checks={"protected_names": CheckRule(CheckMode.OFF)})
    found = _findings(**clean | {"protected_names": "flag"})
    assert judge_findings(rules, found, CaseKind.PROMPT).verdict == "pass"


@pytest.mark.parametrize("check", [each for each in CATALOGUE if each.other_scales])
def test_scores_of_another_scale_are_held_against_no_threshold(check):
    current = next(each.version for each in IMAGE_CHECKS if each.name == check.name)
    rules = PolicyRules(checks={check.name: CheckRule(CheckMode.FLAG, 0.5)})
    good = 0.9 if check.low_is_bad else 0.1

    def judged(version):
        finding = Finding(check_name=check.name, check_version=version, verdict="flag", score=good)
        return check.name in judge_findings(rules, [finding], CaseKind.PROMPT).because

    assert not judged(current)
    assert all(judged(version) for version in check.other_scales)


def test_the_worst_of_several_findings_of_one_check_counts():
    found = [
        Finding(check_name="prohibited_content", verdict=each) for each in ("pass", "block", "flag")
    ]
    judged = judge_findings(DEFAULT_RULES, found, CaseKind.PROMPT)
    assert (judged.verdict, judged.because) == ("block", ("prohibited_content",))


TWO = PolicyRules(stages=(Stage(approvals=2),))
THEN_MANAGER = PolicyRules(stages=(Stage(), Stage(role=Role.MANAGER)))


@pytest.mark.django_db
class TestWhoIsThere:
    def test_one_who_does_not_ask_is_enough_for_one_approval(self, brand):
        member(brand, Role.MANAGER)
        assert shortage_of(brand, DEFAULT_RULES) is not None
        member(brand, Role.REVIEWER)
        assert shortage_of(brand, DEFAULT_RULES) is None

    def test_the_one_who_asks_is_not_counted(self, brand):
        manager = member(brand, Role.MANAGER)
        member(brand, Role.REVIEWER)
        shortage = shortage_of(brand, TWO)
        assert (shortage.needed, shortage.available, shortage.requester) == (2, 1, manager)
        member(brand, Role.REVIEWER)
        assert shortage_of(brand, TWO) is None

    def test_nor_the_owner_of_a_client_of_the_brand(self, brand):
        member(brand, Role.MANAGER)
        owner = member(brand, Role.REVIEWER)
        member(brand, Role.REVIEWER)
        assert shortage_of(brand, TWO) is None
        client = ApiClientFactory(brands=[brand], owner=owner)
        assert shortage_of(brand, TWO) is None
        brand.memberships.filter(user=owner).update(role=Role.VIEWER)
        assert shortage_of(brand, TWO).available == 1
        client.delete()

    def test_a_manager_is_needed_where_a_stage_is_the_managers(self, brand):
        manager = member(brand, Role.MANAGER)
        for _ in range(3):
            member(brand, Role.REVIEWER)
        shortage = shortage_of(brand, THEN_MANAGER)
        assert (shortage.of_managers, shortage.available) == (True, 0)
        assert shortage.requester == manager
        member(brand, Role.MANAGER)
        assert shortage_of(brand, THEN_MANAGER) is None

    def test_viewers_inactive_people_and_other_brands_are_not_counted(self, brand, stranger):
        member(brand, Role.MANAGER)
        member(brand, Role.VIEWER)
        member(brand, Role.REVIEWER, is_active=False)
        assert shortage_of(brand, DEFAULT_RULES).available == 0
