"""What a reviewer does with a case on its page."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from brandhub.accounts.signed_in import SignedInRequest
from brandhub.audit.record import Actor
from brandhub.common.error_pages import conflicts_as_messages
from brandhub.common.errors import Conflict, InvalidInput, NotFound
from brandhub.common.sentences import sentence_for, sentence_for_field
from moderation.services import (
    approve_case,
    assign_case,
    claim_case,
    comment_on_case,
    escalate_case,
    reject_case,
    release_case,
    request_changes,
    revise_request,
    undo_decision,
)
from moderation.views.case import case_context, form_of
from moderation.views.queue import take_next


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
    name: str,
    *,
    deed: Callable[..., object],
    values: Callable[[Any], dict[str, Any]],
    done: str | Callable[[Any], str],
) -> HttpResponse:
    """Do what the form ``name`` says, or show the case again with everything typed still there."""
    form = form_of(name, request.POST)
    status = 422
    findings: Any = ()
    if form.is_valid():
        try:
            did = deed(
                actor=Actor.person(request.user), user=request.user, case_id=pk, **values(form)
            )
        except InvalidInput as error:
            _mark(form, error)
            findings = error.extra.get("findings", ())
        except Conflict as error:
            messages.error(request, sentence_for(error))
            status = 409
        else:
            messages.success(request, done if isinstance(done, str) else done(did))
            return _onwards(request, pk, stay=name == "comment_form")
    context = case_context(request, pk) | {name: form, "findings": findings}
    if not context["may_decide"] and name != "comment_form":
        # A colleague was quicker and the form is gone: what was written waits as a comment.
        written = form["comment"].value() or ""
        context["comment_form"] = form_of("comment_form", initial={"text": written})
        context["rescued"] = bool(written.strip())
    context["revising"] = name == "changes_form" and "revise" in request.POST
    return render(request, "moderation/review_case.html", context, status=status)


def _onwards(request: SignedInRequest, pk: UUID, *, stay: bool) -> HttpResponse:
    """Where a reviewer is led after a deed: on to the next case, if they work them off in a row."""
    if stay:
        return redirect("pages:review-case", pk=pk)
    if request.POST.get("then") == "next":
        return take_next(request)
    return redirect("pages:review-queue")


def _mark(form: forms.Form, error: InvalidInput) -> None:
    names = {"candidate_id": "picture"}
    for wrong in error.errors:
        name = wrong.pointer.strip("/").split("/")[0]
        name = names.get(name, name)
        form.add_error(name if name in form.fields else None, sentence_for_field(wrong))
    if not error.errors:
        form.add_error(None, sentence_for(error))


@login_required
@require_POST
def review_approve(request: SignedInRequest, pk: UUID) -> HttpResponse:
    """Approve the chosen picture, if its pixels are still those that the page showed."""
    return _carry_out(
        request,
        pk,
        "approve_form",
        deed=approve_case,
        values=lambda form: form.decision(),
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
    return _carry_out(
        request,
        pk,
        "reject_form",
        deed=reject_case,
        values=lambda form: form.cleaned_data,
        done=_("Rejected."),
    )


@login_required
@require_POST
def review_changes(request: SignedInRequest, pk: UUID) -> HttpResponse:
    """Send a request back with a comment, or have it drawn at once in the reviewer's words."""
    if "revise" in request.POST:
        return _carry_out(
            request,
            pk,
            "changes_form",
            deed=revise_request,
            values=lambda form: form.decision() | form.requirement(),
            done=_("Sent back, and asked for again in your words. A colleague will review it."),
        )
    return _carry_out(
        request,
        pk,
        "changes_form",
        deed=request_changes,
        values=lambda form: form.decision(),
        done=_("Sent back with your comment."),
    )


@login_required
@require_POST
def review_comment(request: SignedInRequest, pk: UUID) -> HttpResponse:
    """Say something about a case without deciding it."""
    return _carry_out(
        request,
        pk,
        "comment_form",
        deed=comment_on_case,
        values=lambda form: form.cleaned_data,
        done=_("Your comment is kept."),
    )


@login_required
@require_POST
def review_escalate(request: SignedInRequest, pk: UUID) -> HttpResponse:
    """Put a case before the managers, with the reason."""
    return _carry_out(
        request,
        pk,
        "escalate_form",
        deed=escalate_case,
        values=lambda form: form.cleaned_data,
        done=_("The case is before the managers."),
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
