"""The pages of style packs: a revision as a file, and a file as a draft."""

from __future__ import annotations

import tempfile
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse, StreamingHttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_safe

from brandhub.accounts.models import Brand, Role
from brandhub.accounts.permissions import has_role
from brandhub.accounts.signed_in import SignedInRequest
from brandhub.audit.record import Actor
from brandhub.common.downloads import file_download
from brandhub.common.error_pages import conflicts_as_messages
from brandhub.common.errors import InvalidInput
from brandhub.common.listing import names
from brandhub.common.pictures import FileTooLarge
from styles.library import revisions_visible_to
from styles.packs.conflicts import PackConflict
from styles.packs.exporting import export_pack
from styles.packs.forms import PackForm
from styles.packs.importing import ImportedPack, import_pack
from styles.packs.names import ZIP, pack_name


@login_required
@require_safe
def revision_pack(request: SignedInRequest, pk: UUID) -> HttpResponse | StreamingHttpResponse:
    """A published revision as a style pack, for the brand's managers."""
    revision = get_object_or_404(revisions_visible_to(request.user), pk=pk)
    if not has_role(request.user, revision.style.brand, Role.MANAGER):
        raise PermissionDenied
    file = tempfile.TemporaryFile()  # noqa: SIM115 - open until it is sent
    with conflicts_as_messages(request) as told:
        export_pack(actor=Actor.person(request.user), revision_id=revision.pk, to=file)
    if not told.done:
        file.close()
        return redirect("pages:style-detail", pk=revision.style_id)
    return file_download(file, name=pack_name(revision), content_type=ZIP)


@login_required
@require_http_methods(["GET", "POST"])
def style_import(request: SignedInRequest) -> HttpResponse:
    """Take in a style pack, for managers."""
    brands = Brand.objects.with_role(request.user, Role.MANAGER)
    if not brands.exists():
        raise PermissionDenied
    form = PackForm(request.POST or None, request.FILES or None, brands=brands)
    if request.method == "POST" and form.is_valid():
        imported = _import(request, form)
        if imported is not None:
            return redirect("pages:style-detail", pk=imported.revision.style_id)
    return render(request, "styles/packs/import.html", {"form": form})


def _import(request: SignedInRequest, form: PackForm) -> ImportedPack | None:
    values = form.cleaned_data
    try:
        imported = import_pack(
            actor=Actor.person(request.user),
            brand=values["brand"],
            file=values["file"],
            size=values["file"].size,
            choices=form.choices(),
        )
    except FileTooLarge as refusal:
        form.add_error("file", refusal.detail)
    except PackConflict as conflict:
        form.add_conflicts(conflict.conflicts)
    except InvalidInput as mistake:
        form.add_refusals(mistake.errors)
    else:
        messages.success(request, _told(imported))
        return imported
    return None


def _told(imported: ImportedPack) -> str:
    """What came of a pack, in a sentence or three."""
    told = [_("The pack is a draft now.")]
    if imported.references_added:
        count = imported.references_added
        text = ngettext("%(count)d picture is new.", "%(count)d pictures are new.", count)
        told.append(text % {"count": count})
    if imported.adapters_added:
        told.append(
            _("A worker checks %(adapters)s; then the draft can be published.")
            % {"adapters": names(imported.adapters_added)}
        )
    return " ".join(told)
