"""Screening a requirement before it is accepted."""

from __future__ import annotations

from typing import Any

from avatars.hooks import FindingDraft, PromptScreening
from avatars.models import GenerationRequest
from avatars.states import RequestStatus, Verdict
from brandhub.accounts.models import Brand
from moderation.checks.contract import Check, CheckResult, run_check, worst_of
from moderation.checks.forbidden_terms import ForbiddenTerms
from moderation.checks.misleading_claims import MisleadingClaims
from moderation.checks.prohibited_content import ProhibitedContent
from moderation.checks.protected_names import ProtectedNames
from moderation.checks.requirement import Requirement
from moderation.models import Finding
from moderation.selectors.policies import rules_in_force
from moderation.services.cases import open_case
from moderation.services.policies import policy_in_force
from moderation.states import CaseKind, FindingVerdict

PROMPT_CHECKS: tuple[Check[Requirement], ...] = (
    ProhibitedContent(),
    ForbiddenTerms(),
    ProtectedNames(),
    MisleadingClaims(),
)


def screen_prompt(
    *, brand: Brand, prompt: str, negative_prompt: str, tags: dict[str, Any]
) -> PromptScreening:
    """Judge a requirement by the prompt checks and the policy in force. Writes nothing, raises
    nothing.

    The findings of a blocked requirement are those that speak against it, for they go to its
    author; otherwise the passes are there too, for the record of the request.
    """
    requirement = Requirement.of(
        prompt=prompt,
        negative_prompt=negative_prompt,
        tags=tags,
        forbidden_terms=brand.forbidden_terms,
        protected_names=brand.protected_names,
    )
    policy_id, rules = rules_in_force(brand.pk)
    results = [
        rules.judge(each)
        for check in PROMPT_CHECKS
        if not rules.is_off(check.name)
        for each in run_check(check, requirement)
    ]
    verdict = worst_of(results)
    if verdict == Verdict.BLOCK:
        results = [each for each in results if each.verdict != FindingVerdict.PASS]
    return PromptScreening(
        verdict=verdict, findings=tuple(_draft(each) for each in results), policy_id=policy_id
    )


def keep_screening(*, request: GenerationRequest, screening: PromptScreening) -> list[Finding]:
    """Keep what the checks said of an accepted requirement; open the case of a held one, but for a
    sandbox, where nobody would look at it.
    """
    policy_id = screening.policy_id or policy_in_force(request.brand_id).pk
    kept = Finding.objects.bulk_create(
        Finding(
            brand_id=request.brand_id,
            request=request,
            policy_id=policy_id,
            check_name=draft.check,
            check_version=draft.version,
            category=draft.category,
            verdict=draft.verdict,
            own_verdict=draft.own_verdict,
            score=draft.score,
            threshold=draft.threshold,
            evidence=draft.evidence,
        )
        for draft in screening.findings
    )
    if request.status == RequestStatus.HELD and not request.sandbox:
        open_case(request=request, kind=CaseKind.PROMPT)
    return kept


def _draft(result: CheckResult) -> FindingDraft:
    return FindingDraft(
        check=result.check,
        version=result.version,
        category=result.category,
        verdict=str(result.verdict),
        own_verdict=str(result.own_verdict or ""),
        score=result.score,
        threshold=result.threshold,
        evidence=result.evidence,
    )
