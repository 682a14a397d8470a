"""Trainings: asking for one, watching it, pausing it, going on, ending it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from brandhub.accounts.models import Brand, Role
from brandhub.accounts.permissions import has_role
from brandhub.accounts.signed_in import SignedInRequest
from brandhub.api.pictures import picture_response
from brandhub.audit.record import Actor
from brandhub.common.error_pages import conflicts_as_messages
from brandhub.common.errors import Conflict, InvalidInput
from brandhub.common.keyset import keyset_page
from brandhub.common.sentences import sentence_for
from brandhub.common.storage import store
from styles.adapters.curves import curve_of
from styles.adapters.selectors import newest_base_models, trainings_visible_to
from styles.adapters.training import (
    cancel_training,
    pause_training,
    request_training,
    resume_training,
)
from styles.adapters.training_forms import TrainingForm, recipe_in_words
from styles.adapters.training_states import ACTIVE, TRAINING, TrainingStatus
from styles.adapters.wordings import training_sentence
from styles.models.references import ReferenceImage
from styles.models.trainings import AdapterTraining
from styles.references.selectors import usable_references

#: References that the form offers, the newest ones.
OFFERED = 60


@login_required
@require_safe
def training_list(request: SignedInRequest) -> HttpResponse:
    """Trainings of the person's brands, newest first."""
    page = keyset_page(trainings_visible_to(request.user), after=request.GET.get("after", ""))
    context = {
        "page": page,
        "can_manage": Brand.objects.with_role(request.user, Role.MANAGER).exists(),
    }
    return render(request, "styles/adapters/training_list.html", context)


@login_required
@require_http_methods(["GET", "POST"])
def training_new(request: SignedInRequest) -> HttpResponse:
    """The form, for managers; its brand decides which references it offers."""
    brands = Brand.objects.with_role(request.user, Role.MANAGER).order_by("name")
    brand = brands.filter(slug=request.GET["brand"]).first() if "brand" in request.GET else None
    brand = brand or brands.first()
    if brand is None:
        raise PermissionDenied
    references = list(usable_references(brand)[:OFFERED])
    form = TrainingForm(
        request.POST if request.method == "POST" else None,
        references=references,
        base_models=newest_base_models(),
    )
    if form.is_bound and form.is_valid():
        training = _request(request, brand, form)
        if training is not None:
            return redirect("pages:training-detail", pk=training.pk)
    context = {"form": form, "brand": brand, "brands": brands, "references": references}
    return render(request, "styles/adapters/training_new.html", context)


def _request(request: SignedInRequest, brand: Brand, form: TrainingForm) -> AdapterTraining | None:
    try:
        training = request_training(
            actor=Actor.person(request.user),
            brand=brand,
            requested_by=request.user,
            **form.values(),
        )
    except Conflict as error:
        form.add_error(None, sentence_for(error))
    except InvalidInput as error:
        form.add_refusals(error.errors)
        if not error.errors:
            form.add_error(None, sentence_for(error))
    else:
        messages.success(request, _("The training is in the queue."))
        return training
    return None


@login_required
@require_safe
def training_detail(request: SignedInRequest, pk: UUID) -> HttpResponse:
    """One training, live: progress, loss, previews, time left."""
    context = _context_of(request, pk)
    training = context["training"]
    keys = [picture["reference"] for picture in training.pictures]
    library = ReferenceImage.objects.filter(brand=training.brand_id, in_library=True, pk__in=keys)
    context["kept"] = {str(key) for key in library.values_list("pk", flat=True)}
    return render(request, "styles/adapters/training_detail.html", context)


@login_required
@require_safe
def training_live(request: SignedInRequest, pk: UUID) -> HttpResponse:
    """The part of a training's page that changes, for its script to put in place."""
    response = render(request, "styles/adapters/training_state.html", _context_of(request, pk))
    response["Cache-Control"] = "private, no-store"
    return response


def _context_of(request: SignedInRequest, pk: UUID) -> dict[str, Any]:
    training = get_object_or_404(trainings_visible_to(request.user), pk=pk)
    manages = has_role(request.user, training.brand, Role.MANAGER)
    allowed = {
        name: manages and TRAINING.allows(training.status, target)
        for name, target in (
            ("can_pause", TrainingStatus.PAUSED),
            ("can_resume", TrainingStatus.QUEUED),
            ("can_cancel", TrainingStatus.CANCELLED),
        )
    }
    if training.status == TrainingStatus.RUNNING:
        allowed["can_resume"] = False
        allowed["can_pause"] = allowed["can_pause"] and not training.pause_requested
    return {
        "training": training,
        "curve": curve_of(training.losses, training.steps),
        "under_way": training.status in ACTIVE,
        "numbers": recipe_in_words(training.recipe),
        "fault": training_sentence(training.reason),
        **allowed,
    }


@login_required
@require_safe
def training_preview(request: SignedInRequest, pk: UUID) -> HttpResponse:
    """What the model drew after ``step`` steps, or last, as PNG, for members of the brand."""
    training = get_object_or_404(trainings_visible_to(request.user), pk=pk)
    step = request.GET.get("step")
    found = [each for each in training.previews if step in (None, str(each["step"]))]
    if not found:
        raise Http404
    sha256 = found[-1]["sha256"]
    return picture_response(
        request,
        sha256=sha256,
        content_type="image/png",
        cache_control="private, max-age=3600",
        read=lambda: store().read(training.brand.public_id, sha256),
    )


def _steer(
    request: SignedInRequest, pk: UUID, deed: Callable[..., AdapterTraining], done: str
) -> HttpResponse:
    training = get_object_or_404(trainings_visible_to(request.user), pk=pk)
    if not has_role(request.user, training.brand, Role.MANAGER):
        raise PermissionDenied
    with conflicts_as_messages(request):
        deed(actor=Actor.person(request.user), training_id=training.pk)
        messages.success(request, done)
    return redirect("pages:training-detail", pk=training.pk)


@login_required
@require_POST
def training_pause(request: SignedInRequest, pk: UUID) -> HttpResponse:
    """Put a training aside."""
    return _steer(request, pk, pause_training, _("It stops at its next checkpoint."))


@login_required
@require_POST
def training_resume(request: SignedInRequest, pk: UUID) -> HttpResponse:
    """Go on with a training that was put aside or has failed."""
    return _steer(request, pk, resume_training, _("It goes on from its last checkpoint."))


@login_required
@require_POST
def training_cancel(request: SignedInRequest, pk: UUID) -> HttpResponse:
    """End a training for good."""
    return _steer(request, pk, cancel_training, _("The training is cancelled."))
