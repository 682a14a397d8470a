"""The reviewer's pages: the queue, and the case with its decision."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from brandhub.accounts.models import Brand
from brandhub.audit.record import Actor
from brandhub.common.error_pages import conflicts_as_messages
from brandhub.common.errors import Conflict, Refused
from brandhub.common.keyset import keyset_page
from moderation.casework import (
    REVIEWING_ROLES,
    case_for,
    claimable_for,
    decided_cases_for,
    earlier_versions,
    review_queue_for,
)
from moderation.forms import ApproveForm, ChangesForm, RejectForm
from moderation.models import ReviewCase
from moderation.services import (
    approve_case,
    claim_case,
    reject_case,
    release_case,
    request_changes,
)
from moderation.states import OPEN_CASES, CaseStatus

#: The queue is worked off from its head; more than this is never on the page at once.
_QUEUE_SHOWN = 50
#: So many cases are tried before "the next one" gives up against quicker colleagues.
_CLAIM_TRIES = 5


def _reviewers_only(request: HttpRequest) -> None:
    if not Brand.objects.with_role(request.user, *REVIEWING_ROLES).exists():
        raise PermissionDenied


@login_required
@require_safe
def review_queue(request: HttpRequest) -> HttpResponse:
    """Cases that wait, the longest waiting first; or those decided, the latest first."""
    _reviewers_only(request)
    now = timezone.now()
    if request.GET.get("show") == "decided":
        page = keyset_page(decided_cases_for(request.user), after=request.GET.get("after", ""))
        return render(
            request, "moderation/review_queue.html", {"page": page, "rows": page.rows, "now": now}
        )
    rows = list(review_queue_for(request.user)[:_QUEUE_SHOWN])
    context = {
        "rows": rows,
        "now": now,
        "next_case": claimable_for(request.user, now=now).first(),
    }
    return render(request, "moderation/review_queue.html", context)


@login_required
@require_POST
def review_next(request: HttpRequest) -> HttpResponse:
    """Claim the case that has waited longest and open it."""
    _reviewers_only(request)
    for case in claimable_for(request.user)[:_CLAIM_TRIES]:
        try:
            claim_case(actor=Actor.person(request.user), user=request.user, case_id=case.pk)
        except (Conflict, Refused):
            # A colleague was quicker; the one after it is as good.
            continue
        return redirect("review-case", pk=case.pk)
    messages.info(request, _("No case is waiting for you."))
    return redirect("review-queue")


def _case_or_404(request: HttpRequest, pk: UUID) -> ReviewCase:
    case = case_for(request.user, pk)
    if case is None:
        raise Http404
    return case


def _context_of(request: HttpRequest, case: ReviewCase) -> dict[str, Any]:
    now = timezone.now()
    held = case.status == CaseStatus.CLAIMED and case.claimed_until > now
    own = case.request.requested_by_id == request.user.pk
    return {
        "case": case,
        "avatar_request": case.request,
        "earlier": earlier_versions(case),
        "is_open": case.status in OPEN_CASES,
        "is_own": own,
        "mine": held and case.claimed_by_id == request.user.pk,
        "colleague": case.claimed_by if held and case.claimed_by_id != request.user.pk else None,
        "reject_form": RejectForm(),
        "changes_form": ChangesForm(),
    }


@login_required
@require_safe
def review_case(request: HttpRequest, pk: UUID) -> HttpResponse:
    """One case: what was asked, what was drawn, what the checks say, and the decision."""
    case = _case_or_404(request, pk)
    return render(request, "moderation/review_case.html", _context_of(request, case))


@login_required
@require_POST
def review_claim(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Take a case for a while, so that no colleague decides it at the same time."""
    case = _case_or_404(request, pk)
    with conflicts_as_messages(request):
        claim_case(actor=Actor.person(request.user), user=request.user, case_id=case.pk)
    return redirect("review-case", pk=case.pk)


@login_required
@require_POST
def review_release(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Give a case back undecided."""
    case = _case_or_404(request, pk)
    with conflicts_as_messages(request):
        release_case(actor=Actor.person(request.user), user=request.user, case_id=case.pk)
        messages.info(request, _("The case is back in the queue."))
        return redirect("review-queue")
    return redirect("review-case", pk=case.pk)


def _decide(
    request: HttpRequest,
    pk: UUID,
    form: forms.Form,
    *,
    kept_as: str,
    by: Callable[..., object],
    values: Callable[[], dict[str, Any]],
    said: str,
) -> HttpResponse:
    """Carry a decision out, or show the case again with everything typed still in its form."""
    case = _case_or_404(request, pk)
    status = 422
    if form.is_valid():
        with conflicts_as_messages(request) as told:
            by(actor=Actor.person(request.user), user=request.user, case_id=case.pk, **values())
        if told.done:
            messages.success(request, said)
            return redirect("review-queue")
        status = 409
        case = _case_or_404(request, pk)
    context = _context_of(request, case) | {kept_as: form}
    return render(request, "moderation/review_case.html", context, status=status)


@login_required
@require_POST
def review_approve(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Approve the chosen picture, if its pixels are still those that the page showed."""
    form = ApproveForm(request.POST)
    return _decide(
        request,
        pk,
        form,
        kept_as="approve_form",
        by=approve_case,
        values=lambda: form.chosen() | {"comment": form.cleaned_data["comment"]},
        said=_("Approved."),
    )


@login_required
@require_POST
def review_reject(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Reject every picture of a case, or the requirement of a prompt case."""
    form = RejectForm(request.POST)
    return _decide(
        request,
        pk,
        form,
        kept_as="reject_form",
        by=reject_case,
        values=lambda: form.cleaned_data,
        said=_("Rejected."),
    )


@login_required
@require_POST
def review_changes(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Send a request back with a comment."""
    form = ChangesForm(request.POST)
    return _decide(
        request,
        pk,
        form,
        kept_as="changes_form",
        by=request_changes,
        values=lambda: form.cleaned_data,
        said=_("Sent back with your comment."),
    )
