"""Requests: asking for an avatar, watching it come, stopping it, trying again."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from avatars.models import Bot, GenerationRequest
from avatars.selectors.comparisons import comparison_of
from avatars.selectors.listings import REQUEST_GROUPS, request_log_of, withdrawn_pixels
from avatars.selectors.progress import (
    STAGES,
    last_decision,
    request_progress,
    request_with_progress,
)
from avatars.selectors.trail import trail_of
from avatars.services import cancel_request, retry_request
from avatars.services.submission import RequestPlan, plan_request, submit_request
from avatars.states import REQUEST, RequestStatus
from avatars.studio import Studio, open_studio
from brandhub.accounts.models import Brand, Role
from brandhub.accounts.permissions import has_role
from brandhub.accounts.signed_in import SignedInRequest
from brandhub.audit.record import Actor
from brandhub.common.error_pages import conflicts_as_messages
from brandhub.common.errors import InvalidInput
from brandhub.common.keyset import keyset_page
from brandhub.common.sentences import sentence_for, sentences_for
from styles.models import Style


@login_required
@require_safe
def request_list(request: SignedInRequest) -> HttpResponse:
    """Requests of the person's brands, newest first; ``?bot=`` and ``?style=`` narrow them."""
    group = request.GET.get("show", "")
    if group not in {*REQUEST_GROUPS, "mine"}:
        group = ""
    bot = _wanted(request, "bot", Bot)
    style = _wanted(request, "style", Style)
    page = keyset_page(
        request_log_of(request.user, group=group, bot=bot, style=style),
        after=request.GET.get("after", ""),
    )
    context = {
        "page": page,
        "group": group,
        "bot": bot,
        "style": style,
        "groups": [
            ("", _("All")),
            ("open", _("In progress")),
            ("settled", _("Finished")),
            ("mine", _("Mine")),
        ],
        "can_request": Brand.objects.with_role(request.user, Role.MANAGER).exists(),
    }
    return render(request, "avatars/request_list.html", context)


def _wanted(request: SignedInRequest, name: str, model: type[Any]) -> Any:
    """The row by whose key the list is narrowed; None where it is not. Absent for strangers."""
    key = request.GET.get(name, "")
    if not key:
        return None
    try:
        return get_object_or_404(model.objects.visible_to(request.user), pk=UUID(key))
    except ValueError:
        raise Http404 from None


@login_required
@require_http_methods(["GET", "POST"])
def request_new(request: SignedInRequest) -> HttpResponse:
    """The request form. Without scripts, its second button shows the plan."""
    data = request.POST if request.method == "POST" else None
    file = request.FILES.get("reference_file")
    studio = open_studio(user=request.user, query=request.GET, data=data, file=file)
    context: dict[str, Any] = {"studio": studio, "form": studio.form}
    if data is not None and studio.form.is_valid():
        if "preview" in data:
            context |= _plan(studio)
        else:
            submitted = _submit(request, studio, context)
            if submitted is not None:
                return redirect("pages:request-detail", pk=submitted.pk)
    return render(request, "avatars/request_new.html", context)


def _submit(
    request: SignedInRequest, studio: Studio, context: dict[str, Any]
) -> GenerationRequest | None:
    """Submit the studio's form; a refusal goes beside the fields, and nothing typed is lost."""
    values = studio.form.cleaned_data
    try:
        submitted = submit_request(
            actor=Actor.person(request.user),
            requested_by=request.user,
            priority=values["priority"],
            continues=values["continues"],
            **studio.form.requirement(),
        )
    except InvalidInput as error:
        studio.form.add_field_errors(error.errors)
        if not error.errors:
            studio.form.add_error(None, sentence_for(error))
        context["findings"] = error.extra.get("findings", ())
        return None
    if submitted.status == RequestStatus.HELD:
        messages.warning(request, _("A person looks at your requirement before anything is drawn."))
    else:
        messages.success(request, _("Your request is in the queue."))
    return submitted


def _plan(studio: Studio) -> dict[str, Any]:
    """What the studio's valid form would become, or why it cannot."""
    try:
        plan: RequestPlan = plan_request(**studio.form.requirement())
    except InvalidInput as error:
        studio.form.add_field_errors(error.errors)
        return {"plan_error": sentences_for(error)}
    return {"plan": plan}


@login_required
@require_POST
def request_preview(request: SignedInRequest) -> HttpResponse:
    """The plan of the form as it stands, as a piece of a page for the script to show."""
    studio = open_studio(user=request.user, query=request.GET, data=request.POST)
    context: dict[str, Any] = {"form": studio.form}
    if studio.form.is_valid():
        context |= _plan(studio)
    return render(request, "avatars/includes/plan.html", context)


def _context_of(request: SignedInRequest, pk: UUID) -> dict[str, Any]:
    requests = request_with_progress(GenerationRequest.objects.visible_to(request.user))
    found = get_object_or_404(requests, pk=pk)
    mine = found.requested_by_id == request.user.pk
    steers = mine or has_role(request.user, found.brand, Role.MANAGER)
    return {
        "avatar_request": found,
        "progress": request_progress(found),
        "withdrawn": withdrawn_pixels(list(found.candidates.all())),
        "stages": [status.label for status, _statuses in STAGES],
        "decision": last_decision(found.pk),
        "can_cancel": steers and REQUEST.allows(found.status, RequestStatus.CANCELLED),
        "can_retry": steers and found.status == RequestStatus.FAILED,
        "can_ask_again": has_role(request.user, found.brand, Role.MANAGER)
        and found.status not in {RequestStatus.HELD, *_UNDER_WAY},
        "under_way": found.status in _UNDER_WAY,
        **trail_of(request.user, found),
    }


_UNDER_WAY = {
    RequestStatus.QUEUED,
    RequestStatus.RENDERING,
    RequestStatus.SCREENING,
    RequestStatus.IN_REVIEW,
}


@login_required
@require_safe
def request_detail(request: SignedInRequest, pk: UUID) -> HttpResponse:
    """One request, live: queue position, progress, candidates as they appear, the outcome."""
    comparison = comparison_of(request.user, pk)
    if comparison is not None:
        return redirect("pages:comparison", pk=comparison.pk)
    return render(request, "avatars/request_detail.html", _context_of(request, pk))


@login_required
@require_safe
def request_live(request: SignedInRequest, pk: UUID) -> HttpResponse:
    """The part of a request's page that changes, for its script to put in place."""
    response = render(request, "avatars/includes/live.html", _context_of(request, pk))
    response["Cache-Control"] = "private, no-store"
    return response


def _steered(request: SignedInRequest, pk: UUID) -> GenerationRequest:
    """A request that the person may stop or restart: their own, or of a brand they manage."""
    found = get_object_or_404(
        GenerationRequest.objects.visible_to(request.user).select_related("brand"), pk=pk
    )
    if found.requested_by_id != request.user.pk and not has_role(
        request.user, found.brand, Role.MANAGER
    ):
        raise PermissionDenied
    return found


@login_required
@require_POST
def request_cancel(request: SignedInRequest, pk: UUID) -> HttpResponse:
    """Stop a request."""
    found = _steered(request, pk)
    with conflicts_as_messages(request):
        cancel_request(actor=Actor.person(request.user), request_id=found.pk)
        messages.success(request, _("The request is cancelled. Nothing more is drawn."))
    return redirect("pages:request-detail", pk=found.pk)


@login_required
@require_POST
def request_retry(request: SignedInRequest, pk: UUID) -> HttpResponse:
    """Give what failed another turn."""
    found = _steered(request, pk)
    with conflicts_as_messages(request):
        retry_request(actor=Actor.person(request.user), request_id=found.pk)
        messages.success(request, _("The failed candidates are in the queue again."))
    return redirect("pages:request-detail", pk=found.pk)
