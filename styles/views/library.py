"""The style library: what there is, and what a style is called."""

from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from brandhub.accounts.models import Brand, Role
from brandhub.accounts.permissions import has_role
from brandhub.accounts.signed_in import SignedInRequest
from brandhub.audit.record import Actor
from brandhub.common.keyset import keyset_page
from styles.forms import NewStyleForm, StyleForm
from styles.library import styles_visible_to, styles_with_pins
from styles.models import BaseModel, Style
from styles.services import change_style, create_revision, create_style
from styles.states import RevisionStatus


@login_required
@require_safe
def style_list(request: SignedInRequest) -> HttpResponse:
    """Every style of the person's brands."""
    page = keyset_page(styles_visible_to(request.user), after=request.GET.get("after", ""))
    can_create = Brand.objects.with_role(request.user, Role.MANAGER).exists()
    return render(request, "styles/style_list.html", {"page": page, "can_create": can_create})


@login_required
@require_safe
def style_detail(request: SignedInRequest, pk: UUID) -> HttpResponse:
    """One style: palette, what it sets, its revisions."""
    style = get_object_or_404(styles_with_pins(request.user), pk=pk)
    revisions = sorted(style.revisions.all(), key=lambda revision: -revision.number)
    published = [each for each in revisions if each.status == RevisionStatus.PUBLISHED]
    drafts = [each for each in revisions if each.status == RevisionStatus.DRAFT]
    context = {
        "style": style,
        "revisions": revisions,
        "current": published[0] if published else None,
        "draft": drafts[0] if drafts else None,
        "can_manage": has_role(request.user, style.brand, Role.MANAGER),
    }
    return render(request, "styles/style_detail.html", context)


@login_required
@require_http_methods(["GET", "POST"])
def style_new(request: SignedInRequest) -> HttpResponse:
    """A new style with its first draft, for managers."""
    brands = Brand.objects.with_role(request.user, Role.MANAGER)
    if not brands.exists():
        raise PermissionDenied
    form = NewStyleForm(request.POST or None, brands=brands)
    if request.method == "POST" and form.is_valid():
        values = form.cleaned_data
        base_model = values.pop("base_model")
        actor = Actor.person(request.user)
        with form.refusals() as told, transaction.atomic():
            style = create_style(actor=actor, **values)
            draft = create_revision(actor=actor, style=style, base_model=base_model)
        if told.done:
            return redirect("pages:revision-edit", pk=draft.pk)
    context = {"form": form, "has_model": BaseModel.objects.exists()}
    return render(request, "styles/style_new.html", context)


@login_required
@require_http_methods(["GET", "POST"])
def style_edit(request: SignedInRequest, pk: UUID) -> HttpResponse:
    """Rename and describe a style, for its managers."""
    style = get_object_or_404(Style.objects.visible_to(request.user).select_related("brand"), pk=pk)
    if not has_role(request.user, style.brand, Role.MANAGER):
        raise PermissionDenied
    initial = {"name": style.name, "description": style.description}
    form = StyleForm(request.POST or None, initial=initial)
    if request.method == "POST" and form.is_valid():
        with form.refusals() as told:
            change_style(actor=Actor.person(request.user), style_id=style.pk, **form.cleaned_data)
        if told.done:
            messages.success(request, _("Saved."))
            return redirect("pages:style-detail", pk=style.pk)
    return render(request, "styles/style_edit.html", {"form": form, "style": style})
