"""The adapters' pages: the library, uploading, one adapter with its revisions."""

from __future__ import annotations

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
from brandhub.common.listing import names
from brandhub.common.pictures import FileTooLarge
from brandhub.common.sentences import sentence_for
from brandhub.common.storage import store
from styles.adapters.forms import AdapterForm
from styles.adapters.selectors import (
    adapters_visible_to,
    newest_base_models,
    pins_of,
    revisions_visible_to,
)
from styles.adapters.states import UNDER_WAY
from styles.adapters.uploading import deprecate_adapter, recheck_adapter, upload_adapter
from styles.adapters.wordings import reason_sentence
from styles.models.adapters import AdapterRevision


@login_required
@require_safe
def adapter_list(request: SignedInRequest) -> HttpResponse:
    """Every adapter of the person's brands."""
    page = keyset_page(adapters_visible_to(request.user), after=request.GET.get("after", ""))
    context = {
        "page": page,
        "can_manage": Brand.objects.with_role(request.user, Role.MANAGER).exists(),
    }
    return render(request, "styles/adapters/list.html", context)


@login_required
@require_http_methods(["GET", "POST"])
def adapter_upload(request: SignedInRequest) -> HttpResponse:
    """The upload form, for managers."""
    brands = Brand.objects.with_role(request.user, Role.MANAGER)
    if not brands.exists():
        raise PermissionDenied
    form = AdapterForm(
        request.POST or None,
        request.FILES or None,
        brands=brands,
        base_models=newest_base_models(),
        initial={name: request.GET.get(name, "") for name in ("brand", "name", "slug")},
    )
    if request.method == "POST" and form.is_valid():
        revision = _upload(request, form)
        if revision is not None:
            return redirect("pages:adapter-detail", pk=revision.adapter_id)
    return render(request, "styles/adapters/upload.html", {"form": form})


def _upload(request: SignedInRequest, form: AdapterForm) -> AdapterRevision | None:
    values = dict(form.cleaned_data)
    file = values.pop("file")
    try:
        revision = upload_adapter(
            actor=Actor.person(request.user), file=file, size=file.size, **values
        )
    except FileTooLarge:
        form.add_error("file", reason_sentence("file_too_large", {}))
    except Conflict as error:
        form.add_error("file", sentence_for(error))
    except InvalidInput as error:
        form.add_refusals(error.errors)
    else:
        messages.success(request, _("The file is in. A worker checks it now."))
        return revision
    return None


@login_required
@require_safe
def adapter_detail(request: SignedInRequest, pk: UUID) -> HttpResponse:
    """One adapter: its revisions with their previews, and the styles that use it."""
    return render(request, "styles/adapters/detail.html", _context_of(request, pk))


@login_required
@require_safe
def adapter_live(request: SignedInRequest, pk: UUID) -> HttpResponse:
    """The part of an adapter's page that changes, for its script to put in place."""
    response = render(request, "styles/adapters/revisions.html", _context_of(request, pk))
    response["Cache-Control"] = "private, no-store"
    return response


def _context_of(request: SignedInRequest, pk: UUID) -> dict[str, object]:
    adapter = get_object_or_404(adapters_visible_to(request.user), pk=pk)
    revisions = list(adapter.revisions.all())
    pins = list(pins_of(adapter))
    trained = adapter.brand.trainings.filter(result__in=revisions)
    trainings = dict(trained.values_list("result", "pk"))
    for revision in revisions:
        revision.reason_text = (  # type: ignore[attr-defined]
            reason_sentence(revision.reason, revision.reason_facts) if revision.reason else ""
        )
        revision.training_id = trainings.get(revision.pk)  # type: ignore[attr-defined]
        revision.used_by = [  # type: ignore[attr-defined]
            pin for pin in pins if pin.adapter_revision_id == revision.pk
        ]
    return {
        "adapter": adapter,
        "revisions": revisions,
        "under_way": any(revision.status in UNDER_WAY for revision in revisions),
        "can_manage": has_role(request.user, adapter.brand, Role.MANAGER),
    }


@login_required
@require_safe
def adapter_preview(request: SignedInRequest, pk: UUID) -> HttpResponse:
    """The grid that the check drew, as PNG, for members of the brand."""
    revision = get_object_or_404(revisions_visible_to(request.user), pk=pk)
    if not revision.preview_sha256:
        raise Http404
    return picture_response(
        request,
        sha256=revision.preview_sha256,
        content_type="image/png",
        cache_control="private, max-age=3600",
        read=lambda: store().read(revision.brand.public_id, revision.preview_sha256),
    )


def _managed(request: SignedInRequest, pk: UUID) -> AdapterRevision:
    revision = get_object_or_404(revisions_visible_to(request.user), pk=pk)
    if not has_role(request.user, revision.brand, Role.MANAGER):
        raise PermissionDenied
    return revision


@login_required
@require_POST
def adapter_deprecate(request: SignedInRequest, pk: UUID) -> HttpResponse:
    """Offer a revision to no further style; says which styles go on using it."""
    revision = _managed(request, pk)
    with conflicts_as_messages(request):
        deprecate_adapter(actor=Actor.person(request.user), revision_id=revision.pk)
        styles = sorted(
            {
                str(pin.revision)
                for pin in pins_of(revision.adapter).filter(adapter_revision=revision)
            }
        )
        if styles:
            messages.warning(
                request,
                _("Deprecated. These go on using it: %(styles)s.") % {"styles": names(styles)},
            )
        else:
            messages.success(request, _("Deprecated. No style uses it."))
    return redirect("pages:adapter-detail", pk=revision.adapter_id)


@login_required
@require_POST
def adapter_recheck(request: SignedInRequest, pk: UUID) -> HttpResponse:
    """Have a revision checked again that the platform could not check."""
    revision = _managed(request, pk)
    with conflicts_as_messages(request):
        recheck_adapter(actor=Actor.person(request.user), revision_id=revision.pk)
        messages.success(request, _("A worker checks it once more."))
    return redirect("pages:adapter-detail", pk=revision.adapter_id)
