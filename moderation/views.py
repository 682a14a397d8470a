"""The reviewer's pages: the queue, and the case with its decision."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from avatars.selectors.listings import CHECKED, withdrawn_pixels
from brandhub.accounts.models import Brand, Role
from brandhub.accounts.permissions import has_role
from brandhub.accounts.signed_in import SignedInRequest
from brandhub.audit.record import Actor
from brandhub.common.error_pages import conflicts_as_messages
from brandhub.common.errors import Conflict, InvalidInput, NotFound, Refused
from brandhub.common.keyset import keyset_page
from brandhub.common.sentences import sentence_for, sentence_for_field
from moderation.casework import claimable_for, decided_rows, earlier_versions, queue_rows
from moderation.forms import (
    ApproveForm,
    AssignForm,
    ChangesForm,
    CommentForm,
    EscalateForm,
    RejectForm,
)
from moderation.permissions import REVIEWERS
from moderation.selectors.cases import case_detail
from moderation.selectors.eligible import people_who_may_judge
from moderation.services import (
    approve_case,
    assign_case,
    claim_case,
    comment_on_case,
    escalate_case,
    reject_case,
    release_case,
    request_changes,
    undo_decision,
)
from moderation.states import OPEN_CASES, CaseKind, CaseStatus

#: The queue is worked off from its head; more than this is never on the page at once.
_QUEUE_SHOWN = 50
#: So many cases are tried before "the next one" gives up against quicker colleagues.
_CLAIM_TRIES = 5


def _reviewers_only(request: SignedInRequest) -> None:
    if not Brand.objects.with_role(request.user, *REVIEWERS).exists():
        raise PermissionDenied


@login_required
@require_safe
def review_queue(request: SignedInRequest) -> HttpResponse:
    """Cases that wait, the longest waiting first; or those decided, the latest first."""
    _reviewers_only(request)
    context: dict[str, Any] = {"now": timezone.now()}
    if request.GET.get("show") == "decided":
        page = keyset_page(decided_rows(request.user), after=request.GET.get("after", ""))
        context |= {"page": page, "rows": page.rows}
    else:
        context |= {
            "rows": list(queue_rows(request.user)[:_QUEUE_SHOWN]),
            "next_case": claimable_for(request.user).first(),
        }
    return render(request, "moderation/review_queue.html", context)


@login_required
@require_POST
def review_next(request: SignedInRequest) -> HttpResponse:
    """Claim the case that has waited longest and open it."""
    _reviewers_only(request)
    for case in claimable_for(request.user)[:_CLAIM_TRIES]:
        try:
            claim_case(actor=Actor.person(request.user), user=request.user, case_id=case.pk)
        except (Conflict, Refused):
            # A colleague was quicker; the one after it is as good.
            continue
        return redirect("pages:review-case", pk=case.pk)
    messages.info(request, _("No case is waiting for you."))
    return redirect("pages:review-queue")


def _context_of(request: SignedInRequest, pk: UUID) -> dict[str, Any]:
    """What the page of a case shows; raises as ``case_detail`` does."""
    detail = case_detail(request.user, pk)
    case = detail.case
    candidates = [each for each in detail.candidates if each.status in CHECKED]
    until = case.claimed_until
    held = case.status == CaseStatus.CLAIMED and until is not None and until > timezone.now()
    mine = held and case.claimed_by_id == request.user.pk
    is_open = case.status in OPEN_CASES
    progress = detail.progress
    given = progress.approval_of(request.user.pk) if is_open else None
    in_turn = is_open and detail.may_judge
    return {
        "case": case,
        "avatar_request": case.request,
        "judged": [(each, detail.findings[each.pk]) for each in candidates],
        "withdrawn": withdrawn_pixels(candidates),
        "doubts": detail.prompt_findings,
        "decisions": detail.decisions,
        "comments": detail.comments,
        "earlier": earlier_versions(case),
        "is_open": is_open,
        "is_own": detail.is_own,
        "mine": mine,
        "colleague": case.claimed_by if held and not mine else None,
        "progress": progress,
        "nominee": progress.nominee,
        "my_approval": given,
        "may_undo": given is not None and given.stage >= progress.standing[-1].stage,
        "not_in_turn": is_open and not detail.is_own and given is None and not in_turn,
        "is_escalated": is_open and case.escalated_at is not None,
        "may_escalate": in_turn and (mine or not held) and case.escalated_at is None,
        "may_assign": is_open
        and not detail.is_own
        and has_role(request.user, case.brand_id, Role.MANAGER),
        "escalate_form": EscalateForm(),
        "may_decide": in_turn and (mine or not held),
        # Without scripts, a blocked picture is asked for by its key.
        "revealed": request.GET.get("reveal", ""),
        "is_image": case.kind == CaseKind.IMAGE,
        "approve_form": ApproveForm(),
        "reject_form": RejectForm(),
        "changes_form": ChangesForm(),
        "comment_form": CommentForm(),
    }


def _with_assignment(context: dict[str, Any]) -> dict[str, Any]:
    """The page's context with the people whom a manager may give the case to."""
    if context["may_assign"]:
        case = context["case"]
        context["assign_form"] = AssignForm(
            people=people_who_may_judge(case), initial={"assignee": str(case.assigned_to_id or "")}
        )
    return context


@login_required
@require_safe
def review_case(request: SignedInRequest, pk: UUID) -> HttpResponse:
    """One case: what was asked, what was drawn, what the checks say, and the decision."""
    context = _with_assignment(_context_of(request, pk))
    return render(request, "moderation/review_case.html", context)


@login_required
@require_POST
def review_claim(request: SignedInRequest, pk: UUID) -> HttpResponse:
    """Take a case for a while, so that no colleague decides it at the same time."""
    with conflicts_as_messages(request):
        claim_case(actor=Actor.person(request.user), user=request.user, case_id=pk)
    return redirect("pages:review-case", pk=pk)


@login_required
@require_POST
def review_release(request: SignedInRequest, pk: UUID) -> HttpResponse:
    """Give a case back undecided."""
    with conflicts_as_messages(request) as told:
        release_case(actor=Actor.person(request.user), user=request.user, case_id=pk)
    if not told.done:
        return redirect("pages:review-case", pk=pk)
    messages.info(request, _("The case is back in the queue."))
    return redirect("pages:review-queue")


def _carry_out(
    request: SignedInRequest,
    pk: UUID,
    form: forms.Form,
    *,
    kept_as: str,
    deed: Callable[..., object],
    values: Callable[[], dict[str, Any]],
    done: str | Callable[[Any], str],
    back_to_case: bool = False,
) -> HttpResponse:
    """Do what a form says, or show the case again with everything typed still in the form."""
    status = 422
    if form.is_valid():
        try:
            did = deed(actor=Actor.person(request.user), user=request.user, case_id=pk, **values())
        except InvalidInput as error:
            _mark(form, error)
        except Conflict as error:
            messages.error(request, sentence_for(error))
            status = 409
        else:
            messages.success(request, done if isinstance(done, str) else done(did))
            return (
                redirect("pages:review-case", pk=pk)
                if back_to_case
                else redirect("pages:review-queue")
            )
    context = _with_assignment(_context_of(request, pk) | {kept_as: form})
    return render(request, "moderation/review_case.html", context, status=status)


def _mark(form: forms.Form, error: InvalidInput) -> None:
    names = {"candidate_id": "picture"}
    for wrong in error.errors:
        name = wrong.pointer.strip("/").split("/")[0]
        name = names.get(name, name)
        form.add_error(name if name in form.fields else None, sentence_for_field(wrong))


@login_required
@require_POST
def review_approve(request: SignedInRequest, pk: UUID) -> HttpResponse:
    """Approve the chosen picture, if its pixels are still those that the page showed."""
    form = ApproveForm(request.POST)
    return _carry_out(
        request,
        pk,
        form,
        kept_as="approve_form",
        deed=approve_case,
        values=form.decision,
        done=lambda decision: (
            _("Approved.")
            if decision.is_final
            else _("Your approval counts. The case waits for the next one.")
        ),
    )


@login_required
@require_POST
def review_reject(request: SignedInRequest, pk: UUID) -> HttpResponse:
    """Reject every picture of a case, or the requirement of a prompt case."""
    form = RejectForm(request.POST)
    return _carry_out(
        request,
        pk,
        form,
        kept_as="reject_form",
        deed=reject_case,
        values=lambda: form.cleaned_data,
        done=_("Rejected."),
    )


@login_required
@require_POST
def review_changes(request: SignedInRequest, pk: UUID) -> HttpResponse:
    """Send a request back with a comment."""
    form = ChangesForm(request.POST)
    return _carry_out(
        request,
        pk,
        form,
        kept_as="changes_form",
        deed=request_changes,
        values=lambda: form.cleaned_data,
        done=_("Sent back with your comment."),
    )


@login_required
@require_POST
def review_comment(request: SignedInRequest, pk: UUID) -> HttpResponse:
    """Say something about a case without deciding it."""
    form = CommentForm(request.POST)
    return _carry_out(
        request,
        pk,
        form,
        kept_as="comment_form",
        deed=comment_on_case,
        values=lambda: form.cleaned_data,
        done=_("Your comment is kept."),
        back_to_case=True,
    )


@login_required
@require_POST
def review_undo(request: SignedInRequest, pk: UUID) -> HttpResponse:
    """Take one's own approval back, while nothing rests on it."""
    with conflicts_as_messages(request) as told:
        undo_decision(actor=Actor.person(request.user), user=request.user, case_id=pk)
    if told.done:
        messages.info(request, _("Your approval is taken back."))
    return redirect("pages:review-case", pk=pk)


@login_required
@require_POST
def review_escalate(request: SignedInRequest, pk: UUID) -> HttpResponse:
    """Put a case before the managers, with the reason."""
    form = EscalateForm(request.POST)
    return _carry_out(
        request,
        pk,
        form,
        kept_as="escalate_form",
        deed=escalate_case,
        values=lambda: form.cleaned_data,
        done=_("The case is before the managers."),
    )


@login_required
@require_POST
def review_assign(request: SignedInRequest, pk: UUID) -> HttpResponse:
    """Give a case to one person, or to everybody again."""
    chosen = request.POST.get("assignee", "")
    try:
        assignee = UUID(chosen) if chosen else None
    except ValueError:
        raise NotFound(_("There is no such person.")) from None
    with conflicts_as_messages(request) as told:
        assign_case(
            actor=Actor.person(request.user), user=request.user, case_id=pk, assignee_id=assignee
        )
    if told.done:
        messages.success(request, _("Assigned.") if assignee else _("It is everybody's again."))
    return redirect("pages:review-case", pk=pk)
