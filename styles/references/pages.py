"""The references' pages: the library, uploading, one picture with its caption."""

from __future__ import annotations

from pathlib import PurePath
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.core.files.uploadedfile import UploadedFile
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from brandhub.accounts.models import Brand, Role
from brandhub.accounts.permissions import has_role
from brandhub.accounts.signed_in import SignedInRequest
from brandhub.api.pictures import picture_response
from brandhub.audit.record import Actor
from brandhub.common.error_pages import conflicts_as_messages
from brandhub.common.errors import InvalidInput, PlatformFault
from brandhub.common.keyset import keyset_page
from brandhub.common.pictures import FileTooLarge
from brandhub.common.sentences import sentence_for
from brandhub.common.storage import store
from styles.models import ReferenceImage
from styles.models.references import Suggestion
from styles.references.collecting import (
    DuplicateReference,
    change_reference,
    collect_reference,
    remove_reference,
)
from styles.references.forms import ReferenceForm, UploadForm, initial_of
from styles.references.selectors import caption_counts, library_visible_to
from styles.references.suggesting import ask_for_suggestions, take_suggestions
from styles.tag_fields import initial_tags

_SHOWN = 48


@login_required
@require_safe
def reference_list(request: SignedInRequest) -> HttpResponse:
    """Every library picture of the person's brands."""
    page = keyset_page(
        library_visible_to(request.user), after=request.GET.get("after", ""), size=_SHOWN
    )
    context = {
        "page": page,
        "can_upload": Brand.objects.with_role(request.user, Role.MANAGER).exists(),
        "captions": caption_counts(request.user),
    }
    return render(request, "styles/references/list.html", context)


@login_required
@require_http_methods(["GET", "POST"])
def reference_upload(request: SignedInRequest) -> HttpResponse:
    """Take in many pictures at once, for managers."""
    brands = Brand.objects.with_role(request.user, Role.MANAGER)
    if not brands.exists():
        raise PermissionDenied
    form = UploadForm(request.POST or None, request.FILES or None, brands=brands)
    if request.method == "POST" and form.is_valid():
        kept = [
            each
            for each in form.cleaned_data["pictures"]
            if _collect(request, form, each) is not None
        ]
        if kept:
            text = ngettext(
                "%(count)d picture is in the library.",
                "%(count)d pictures are in the library.",
                len(kept),
            )
            messages.success(request, text % {"count": len(kept)})
            return redirect("pages:reference-list")
    return render(request, "styles/references/upload.html", {"form": form})


def _collect(
    request: SignedInRequest, form: UploadForm, upload: UploadedFile
) -> ReferenceImage | None:
    """Take one file in; say of one that is refused what is wrong with it, and go on."""
    values = form.cleaned_data
    name = PurePath(upload.name or "").stem
    try:
        return collect_reference(
            actor=Actor.person(request.user),
            brand=values["brand"],
            client=None,
            file=upload,  # type: ignore[arg-type]
            size=upload.size or 0,
            title=name,
            rights_holder=values["rights_holder"],
            licence=values["licence"],
        )
    except DuplicateReference:
        text = _("%(name)s was left out: the library has this picture already.")
        messages.warning(request, text % {"name": name})
    except InvalidInput as refusal:
        text = _("%(name)s was left out: %(reason)s")
        reason = refusal.errors[0].detail if refusal.errors else sentence_for(refusal)
        messages.error(request, text % {"name": name, "reason": reason})
    except (FileTooLarge, PlatformFault) as fault:
        text = _("%(name)s was left out: %(reason)s")
        messages.error(request, text % {"name": name, "reason": sentence_for(fault)})
    return None


@login_required
@require_http_methods(["GET", "POST"])
def reference_detail(request: SignedInRequest, pk: UUID) -> HttpResponse:
    """One picture; its managers write its caption and rights."""
    image = get_object_or_404(library_visible_to(request.user), pk=pk)
    can_manage = has_role(request.user, image.brand, Role.MANAGER)
    if request.method == "POST" and not can_manage:
        raise PermissionDenied
    form = ReferenceForm(request.POST or None, initial=initial_of(image))
    has_caption = bool(image.tags)
    if not has_caption and image.suggestion_status == Suggestion.READY:
        # Filled in for the person to look at; it is a caption once they save it.
        form.initial = {**form.initial, **initial_tags(image.suggested_tags)}
    if request.method == "POST" and form.is_valid():
        with form.refusals() as told:
            change_reference(
                actor=Actor.person(request.user), reference_id=image.pk, **form.values()
            )
        if told.done:
            messages.success(request, _("Saved."))
            return redirect("pages:reference-detail", pk=image.pk)
    pins = image.pins.select_related("revision__style").order_by("-revision__number")
    context = {"image": image, "form": form, "can_manage": can_manage, "pins": pins}
    context["has_caption"] = has_caption
    return render(request, "styles/references/detail.html", context)


@login_required
@require_POST
def reference_suggest(request: SignedInRequest, pk: UUID) -> HttpResponse:
    """Have captions suggested for a brand's pictures without one, or take over what was read."""
    brand = get_object_or_404(Brand.objects.visible_to(request.user), pk=pk)
    if not has_role(request.user, brand, Role.MANAGER):
        raise PermissionDenied
    if "take" in request.POST:
        count = take_suggestions(actor=Actor.person(request.user), brand=brand)
        text = ngettext(
            "%(count)d caption is taken over. Mend it where it is wrong.",
            "%(count)d captions are taken over. Mend them where they are wrong.",
            count,
        )
    else:
        count = ask_for_suggestions(brand=brand)
        text = ngettext(
            "A worker looks at %(count)d picture.", "A worker looks at %(count)d pictures.", count
        )
    messages.success(request, text % {"count": count})
    return redirect("pages:reference-list")


@login_required
@require_POST
def reference_remove(request: SignedInRequest, pk: UUID) -> HttpResponse:
    """Take a picture out of the library."""
    image = get_object_or_404(library_visible_to(request.user), pk=pk)
    if not has_role(request.user, image.brand, Role.MANAGER):
        raise PermissionDenied
    with conflicts_as_messages(request) as told:
        remove_reference(actor=Actor.person(request.user), reference_id=image.pk)
        messages.success(request, _("The picture is no longer in the library."))
    if told.done:
        return redirect("pages:reference-list")
    return redirect("pages:reference-detail", pk=image.pk)


@login_required
@require_safe
def reference_picture(request: SignedInRequest, pk: UUID) -> HttpResponse:
    """The picture itself, for members of its brand."""
    image = get_object_or_404(library_visible_to(request.user), pk=pk)
    return picture_response(
        request,
        sha256=image.file_sha256,
        content_type="image/png",
        cache_control="private, no-cache",
        read=lambda: store().read(image.brand.public_id, image.file_sha256),
    )
