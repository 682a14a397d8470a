"""What a policy says, as values: judged by them are checks' results, now and in a replay.

No database here. A stored policy gives its :class:`PolicyRules`; so does a form that is not saved.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from typing import Any

from brandhub.accounts.models import Role
from moderation.checks.contract import CheckResult
from moderation.policies.catalogue import CATALOGUE, KNOWN, KnownCheck
from moderation.states import CheckMode, FindingVerdict

#: A claim that nobody acts upon ends after this, and the case is everybody's again.
CLAIM_MINUTES = 30


#: The roles that a stage may ask for, as choices.
STAGE_ROLES = [(role.value, role.label) for role in (Role.REVIEWER, Role.MANAGER)]


@dataclass(frozen=True, slots=True)
class CheckRule:
    """What a policy makes of one check; a threshold of None is the check's own."""

    mode: CheckMode
    threshold: float | None = None
    block_threshold: float | None = None


@dataclass(frozen=True, slots=True)
class Stage:
    """So many different people with ``role`` must approve before the case goes on.

    A manager may do whatever a reviewer may. ``age_limit_hours`` of None means that nobody is
    reminded.
    """

    name: str = ""
    role: Role = Role.REVIEWER
    approvals: int = 1
    claim_minutes: int = CLAIM_MINUTES
    age_limit_hours: int | None = None


@dataclass(frozen=True, slots=True)
class PolicyRules:
    """A whole policy. Checks that it does not name are judged as they judge themselves."""

    checks: Mapping[str, CheckRule] = field(default_factory=dict)
    stages: tuple[Stage, ...] = (Stage(),)
    #: A clean picture of a clean requirement goes out without a person.
    auto_approve: bool = False

    def rule_for(self, check: str) -> CheckRule:
        """The rule of a check; as the check comes, where the policy is silent."""
        known = KNOWN.get(check)
        return self.checks.get(check) or CheckRule(known.default if known else CheckMode.GRADED)

    def is_off(self, check: str) -> bool:
        """Whether the check is not to be run."""
        return self.rule_for(check).mode == CheckMode.OFF

    def verdict_on(self, check: str, own: FindingVerdict, score: float | None) -> FindingVerdict:
        """What this policy makes of a check's own word. Unknown stays unknown in every mode."""
        if own == FindingVerdict.UNKNOWN:
            return own
        rule = self.rule_for(check)
        graded = _graded(KNOWN.get(check), rule, own, score)
        if graded == FindingVerdict.PASS or rule.mode == CheckMode.GRADED:
            return graded
        return FindingVerdict.BLOCK if rule.mode == CheckMode.BLOCK else FindingVerdict.FLAG

    def judge(self, result: CheckResult) -> CheckResult:
        """``result`` with this policy's verdict and threshold; the check's own word is kept."""
        rule = self.rule_for(result.check)
        return replace(
            result,
            verdict=self.verdict_on(result.check, result.verdict, result.score),
            own_verdict=result.verdict,
            threshold=result.threshold if rule.threshold is None else rule.threshold,
        )

    @property
    def people_needed(self) -> int:
        """How many different people have to approve an avatar."""
        return sum(stage.approvals for stage in self.stages)

    @property
    def managers_needed(self) -> int:
        """How many of them have to be managers."""
        return sum(stage.approvals for stage in self.stages if stage.role == Role.MANAGER)


def _graded(
    known: KnownCheck | None, rule: CheckRule, own: FindingVerdict, score: float | None
) -> FindingVerdict:
    """The check's word with the policy's thresholds in the place of its own.

    Where none was moved the check's word stands: its score is rounded, and it looked itself.
    """
    moved = rule.threshold is not None or rule.block_threshold is not None
    if known is None or known.threshold is None or score is None or not moved:
        return own
    if own == FindingVerdict.BLOCK and known.blocks_by_itself:
        return own
    threshold = known.threshold.default if rule.threshold is None else rule.threshold
    if not (score < threshold if known.low_is_bad else score >= threshold):
        return FindingVerdict.PASS
    if known.block_threshold is not None:
        block = known.block_threshold.default
        if score >= (block if rule.block_threshold is None else rule.block_threshold):
            return FindingVerdict.BLOCK
    return FindingVerdict.FLAG


#: What holds until a brand says otherwise: version 1 of every brand.
DEFAULT_RULES = PolicyRules(checks={check.name: CheckRule(check.default) for check in CATALOGUE})


def checks_as_json(checks: Mapping[str, CheckRule]) -> dict[str, dict[str, Any]]:
    """Rules of checks for a JSON column."""
    return {name: asdict(rule) for name, rule in sorted(checks.items())}


def stages_as_json(stages: Sequence[Stage]) -> list[dict[str, Any]]:
    """Stages for a JSON column."""
    return [asdict(stage) for stage in stages]


def rules_of_json(
    checks: Mapping[str, Mapping[str, Any]],
    stages: Sequence[Mapping[str, Any]],
    *,
    auto_approve: bool,
) -> PolicyRules:
    """The rules of JSON columns, as the two functions above wrote them."""
    return PolicyRules(
        checks={
            name: CheckRule(
                CheckMode(rule["mode"]), rule.get("threshold"), rule.get("block_threshold")
            )
            for name, rule in checks.items()
        },
        stages=tuple(Stage(**{**stage, "role": Role(stage["role"])}) for stage in stages),
        auto_approve=auto_approve,
    )
