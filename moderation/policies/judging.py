"""Stored findings judged by any policy: for approving without a person, and for replays."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from avatars.states import Verdict
from moderation.models import Finding
from moderation.policies.catalogue import CATALOGUE, comparable
from moderation.policies.rules import PolicyRules
from moderation.states import CaseKind, FindingVerdict

_WORSE = (FindingVerdict.PASS, FindingVerdict.UNKNOWN, FindingVerdict.FLAG, FindingVerdict.BLOCK)


@dataclass(frozen=True, slots=True)
class Judgement:
    """The joint verdict, and the checks that are to blame for it where it is no pass."""

    verdict: Verdict
    because: tuple[str, ...] = ()
    #: Checks that the policy asks for and that were not run then.
    not_measured: tuple[str, ...] = ()


def judge_findings(rules: PolicyRules, findings: Iterable[Finding], subject: CaseKind) -> Judgement:
    """What ``rules`` make of the findings of one requirement or of one picture.

    They are judged by the checks' own words and scores as stored. A check that the policy asks
    for and that left nothing is unknown, and unknown is a flag: silence is no pass.
    """
    heard = [each for each in findings if not rules.is_off(each.check_name)]
    verdicts = dict.fromkeys((each.check_name for each in heard), FindingVerdict.PASS)
    for each in heard:
        own = FindingVerdict(each.own_verdict or each.verdict)
        score = comparable(each.check_name, each.check_version, each.score)
        found = rules.verdict_on(each.check_name, own, score)
        verdicts[each.check_name] = max(verdicts[each.check_name], found, key=_WORSE.index)
    missing = tuple(
        check.name
        for check in CATALOGUE
        if check.subject == subject and not rules.is_off(check.name) and check.name not in verdicts
    )
    blocking = tuple(name for name, found in verdicts.items() if found == FindingVerdict.BLOCK)
    if blocking:
        return Judgement(Verdict.BLOCK, blocking, missing)
    doubts = tuple(name for name, found in verdicts.items() if found != FindingVerdict.PASS)
    if doubts or missing or not verdicts:
        return Judgement(Verdict.FLAG, (*doubts, *missing), missing)
    return Judgement(Verdict.PASS)
