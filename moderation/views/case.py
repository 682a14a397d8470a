"""One case as a page: what was asked, what was drawn, what the checks say, and the decision."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_POST, require_safe

from avatars.selectors.listings import CHECKED, withdrawn_pixels
from avatars.selectors.trail import worn_adapters
from avatars.services.references import ReferenceUse
from avatars.services.submission import plan_request
from avatars.states import CandidateStatus, VersionStatus
from brandhub.accounts.models import Role, User
from brandhub.accounts.permissions import has_role
from brandhub.accounts.signed_in import SignedInRequest
from brandhub.common.errors import InvalidInput
from brandhub.common.sentences import sentences_for
from moderation.casework import (
    Standing,
    earlier_versions,
    standing_of,
    style_references,
    version_of,
)
from moderation.forms import (
    ApproveForm,
    AssignForm,
    ChangesForm,
    CommentForm,
    EscalateForm,
    RejectForm,
    requirement_of,
)
from moderation.selectors.cases import CaseDetail, case_detail, case_standing
from moderation.selectors.eligible import people_who_may_judge
from moderation.states import OPEN_CASES, CaseKind, CaseStatus

#: The forms of the page by the names that its template knows them by.
FORMS: dict[str, Any] = {
    "approve_form": ApproveForm,
    "reject_form": RejectForm,
    "changes_form": ChangesForm,
    "comment_form": CommentForm,
    "escalate_form": EscalateForm,
}


@login_required
@require_safe
def review_case(request: SignedInRequest, pk: UUID) -> HttpResponse:
    """One case. ``?reveal=`` shows a blocked picture, ``?revise=1`` the requirement to reword."""
    context = case_context(request, pk)
    if "revise" in request.GET:
        initial = requirement_of(context["avatar_request"])
        context |= {"revising": True, "changes_form": form_of("changes_form", initial=initial)}
    return render(request, "moderation/review_case.html", context)


@login_required
@require_safe
def review_live(request: SignedInRequest, pk: UUID) -> HttpResponse:
    """Who has the case now and what became of it, as a piece of its page."""
    case, decision, is_own, judges = case_standing(request.user, pk)
    standing = standing_of(request.user, case, decision, is_own=is_own, may_judge=judges)
    context = {"case": case, "standing": standing}
    return render(request, "moderation/includes/standing.html", context)


@login_required
@require_POST
def review_plan(request: SignedInRequest, pk: UUID) -> HttpResponse:
    """How a reviewer's words for the requirement are understood, as a piece of the case's page."""
    asked = case_detail(request.user, pk).case.request
    form = form_of("changes_form", request.POST)
    context: dict[str, Any] = {"form": form}
    # What is missing elsewhere in the form says nothing about the words.
    form.is_valid()
    if {"prompt", "negative_prompt"} <= form.cleaned_data.keys():
        try:
            context["plan"] = plan_request(
                bot=asked.bot,
                style_revision=asked.style_revision,
                candidates=asked.candidate_count,
                references=[
                    ReferenceUse(each.image, each.role, each.weight)
                    for each in asked.references.select_related("image")
                ],
                **form.requirement(),
            )
        except InvalidInput as error:
            context["plan_error"] = sentences_for(error)
    return render(request, "avatars/includes/plan.html", context)


def form_of(name: str, *arguments: Any, **values: Any) -> Any:
    """A form of the page; each has ids of its own there."""
    return FORMS[name](*arguments, auto_id=f"{name.removesuffix('_form')}-%s", **values)


def case_context(request: SignedInRequest, pk: UUID) -> dict[str, Any]:
    """What the page of a case shows; raises as ``case_detail`` does."""
    detail = case_detail(request.user, pk)
    case = detail.case
    # The likeliest first; what no judge saw keeps its place behind them.
    candidates = sorted(
        (each for each in detail.candidates if each.status in CHECKED),
        key=lambda each: (each.rank is None, each.rank or 0, each.index),
    )
    earlier = earlier_versions(case)
    standing: Standing = standing_of(
        request.user,
        case,
        detail.decisions[-1] if detail.decisions else None,
        is_own=detail.is_own,
        may_judge=detail.may_judge,
    )
    return {
        "case": case,
        "avatar_request": case.request,
        "judged": [(each, detail.findings[each.pk]) for each in candidates],
        "withdrawn": withdrawn_pixels(candidates),
        "doubts": detail.prompt_findings,
        "decisions": detail.decisions,
        "comments": detail.comments,
        "earlier": earlier,
        "worn": next((each for each in earlier if each.status == VersionStatus.CURRENT), None),
        "style_references": style_references(case),
        "standing": standing,
        "adapters": worn_adapters(case.request),
        "published": version_of(case) if case.status == CaseStatus.APPROVED else None,
        **_routing(request.user, detail, standing),
        "may_decide": standing.may_decide,
        # Without scripts, a blocked picture is asked for by its key.
        "revealed": request.GET.get("reveal", ""),
        "is_image": case.kind == CaseKind.IMAGE,
        "may_approve": case.kind == CaseKind.PROMPT
        or any(each.status == CandidateStatus.SCREENED for each in candidates),
        **{name: form_of(name) for name in FORMS},
    }


def _routing(user: User, detail: CaseDetail, standing: Standing) -> dict[str, Any]:
    """How far the case has come, whose it is, and what ``user`` may do about that."""
    case, progress = detail.case, detail.progress
    is_open = case.status in OPEN_CASES
    given = progress.approval_of(user.pk) if is_open else None
    context: dict[str, Any] = {
        "is_open": is_open,
        "progress": progress,
        "nominee": progress.nominee,
        "may_undo": given is not None and given.stage >= progress.standing[-1].stage,
        "is_escalated": is_open and case.escalated_at is not None,
        "may_escalate": standing.may_decide and case.escalated_at is None,
    }
    if is_open and not detail.is_own and has_role(user, case.brand_id, Role.MANAGER):
        context["assign_form"] = AssignForm(
            people=people_who_may_judge(case), initial={"assignee": str(case.assigned_to_id or "")}
        )
    return context
