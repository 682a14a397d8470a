"""The brand workspace's pages. Members read; managers write."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.db.models import Count, QuerySet
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from brandhub.accounts.models import Brand, Membership, Role
from brandhub.accounts.permissions import has_role
from brandhub.accounts.services import add_member, change_brand, remove_member
from brandhub.accounts.signed_in import SignedInRequest
from brandhub.api.pictures import picture_response
from brandhub.audit.record import Actor
from brandhub.common.error_pages import conflicts_as_messages
from brandhub.common.keyset import keyset_page
from brandhub.common.storage import store
from styles.logos.uploading import current_logo, upload_logo
from styles.models import BrandLogo, PaletteColour
from styles.services import remove_colour, set_colour
from styles.workspace.contrast import contrasts_of
from styles.workspace.forms import (
    BrandDetailsForm,
    ColourForm,
    LogoForm,
    MemberForm,
    colour_form,
    details_of,
)


def _brands(request: SignedInRequest) -> QuerySet[Brand]:
    return Brand.objects.visible_to(request.user)


def _managed(request: SignedInRequest, pk: UUID) -> Brand:
    """A brand that the person manages. Absent for strangers, refused to other members."""
    brand = get_object_or_404(_brands(request), pk=pk)
    if not has_role(request.user, brand, Role.MANAGER):
        raise PermissionDenied
    return brand


@login_required
@require_safe
def brand_list(request: SignedInRequest) -> HttpResponse:
    """The person's brands."""
    # By key: counted over the join by which they were found, each had one member.
    brands = (
        Brand.objects.filter(pk__in=_brands(request).values("pk"))
        .prefetch_related("palette")
        .annotate(
            people=Count("memberships", distinct=True), style_count=Count("styles", distinct=True)
        )
    )
    page = keyset_page(brands, after=request.GET.get("after", ""))
    return render(request, "styles/workspace/list.html", {"page": page})


@login_required
@require_safe
def brand_detail(request: SignedInRequest, pk: UUID) -> HttpResponse:
    """One brand: palette with its contrasts, words, people."""
    brand = get_object_or_404(_brands(request).prefetch_related("palette"), pk=pk)
    context = {
        "brand": brand,
        "contrasts": contrasts_of(list(brand.palette.all())),
        "logo": current_logo(brand),
        "members": _members_of(brand),
        "can_manage": has_role(request.user, brand, Role.MANAGER),
        "can_review": has_role(request.user, brand, Role.REVIEWER, Role.MANAGER),
    }
    return render(request, "styles/workspace/detail.html", context)


def _members_of(brand: Brand) -> QuerySet[Membership]:
    return brand.memberships.select_related("user").order_by("user__username")


@login_required
@require_http_methods(["GET", "POST"])
def brand_edit(request: SignedInRequest, pk: UUID) -> HttpResponse:
    """Name, industry, words and policy."""
    brand = _managed(request, pk)
    form = BrandDetailsForm(
        request.POST if request.method == "POST" else None, initial=details_of(brand)
    )
    if form.is_bound and form.is_valid():
        with form.refusals() as told:
            change_brand(actor=Actor.person(request.user), brand_id=brand.pk, **form.cleaned_data)
        if told.done:
            messages.success(request, _("Saved."))
            return redirect("pages:brand-detail", pk=brand.pk)
    return render(request, "styles/workspace/edit.html", {"brand": brand, "form": form})


@login_required
@require_http_methods(["GET", "POST"])
def brand_palette(request: SignedInRequest, pk: UUID) -> HttpResponse:
    """The palette's editor: a form per colour, and one for a new one."""
    brand = _managed(request, pk)
    palette = list(brand.palette.all())
    wanted = request.POST.get("colour", "")
    if request.method == "POST":
        colour = next((each for each in palette if str(each.pk) == wanted), None)
        if wanted and colour is None:
            messages.error(request, _("This palette has no such colour."))
            return redirect("pages:brand-palette", pk=brand.pk)
        form = ColourForm(request.POST) if colour is None else colour_form(colour, request.POST)
        if _set(request, brand, colour, form):
            return redirect("pages:brand-palette", pk=brand.pk)
    else:
        colour, form = None, None
    context = {
        "brand": brand,
        "rows": [
            (each, grounds, form if each == colour and form else colour_form(each))
            for each, grounds in contrasts_of(palette)
        ],
        "new_form": form if form and colour is None else _empty_colour(palette),
        "palette": palette,
    }
    return render(request, "styles/workspace/palette.html", context)


def _empty_colour(palette: list[PaletteColour]) -> ColourForm:
    last = max((each.position for each in palette), default=-1)
    return ColourForm(initial={"hex": "#888888", "position": last + 1})


def _set(
    request: SignedInRequest, brand: Brand, colour: PaletteColour | None, form: ColourForm
) -> bool:
    if not form.is_valid():
        return False
    with form.refusals() as told:
        set_colour(
            actor=Actor.person(request.user),
            brand=brand,
            colour_id=colour.pk if colour else None,
            **form.cleaned_data,
        )
    if told.done:
        messages.success(request, _("The palette is saved."))
    return told.done


@login_required
@require_POST
def brand_colour_remove(request: SignedInRequest, pk: UUID) -> HttpResponse:
    """Take a colour out of the palette; ``pk`` is the colour's."""
    colour = get_object_or_404(
        PaletteColour.objects.visible_to(request.user).select_related("brand"), pk=pk
    )
    brand = _managed(request, colour.brand_id)
    remove_colour(actor=Actor.person(request.user), brand=brand, colour_id=colour.pk)
    messages.success(request, _("The palette is saved."))
    return redirect("pages:brand-palette", pk=brand.pk)


@login_required
@require_http_methods(["GET", "POST"])
def brand_logo(request: SignedInRequest, pk: UUID) -> HttpResponse:
    """The logo in use, and a new one."""
    brand = _managed(request, pk)
    logo = current_logo(brand)
    initial = (
        {name: getattr(logo, name) for name in ("clear_space", "minimum_size")} if logo else {}
    )
    form = LogoForm(request.POST or None, request.FILES or None, initial=initial)
    if request.method == "POST" and form.is_valid():
        values = form.cleaned_data
        upload = values.pop("file")
        with form.refusals() as told:
            upload_logo(
                actor=Actor.person(request.user),
                brand=brand,
                file=upload,
                size=upload.size or 0,
                **values,
            )
        if told.done:
            messages.success(request, _("The logo is in use from now on."))
            return redirect("pages:brand-logo", pk=brand.pk)
    context = {"brand": brand, "form": form, "logo": logo}
    return render(request, "styles/workspace/logo.html", context)


@login_required
@require_safe
def logo_picture(request: SignedInRequest, pk: UUID) -> HttpResponse:
    """A logo's pixels, for members of its brand."""
    logo = get_object_or_404(
        BrandLogo.objects.visible_to(request.user).select_related("brand"), pk=pk
    )
    return picture_response(
        request,
        sha256=logo.file_sha256,
        content_type="image/png",
        cache_control="private, no-cache",
        read=lambda: store().read(logo.brand.public_id, logo.file_sha256),
    )


@login_required
@require_http_methods(["GET", "POST"])
def brand_members(request: SignedInRequest, pk: UUID) -> HttpResponse:
    """Who belongs to the brand; adding somebody, or giving another role."""
    brand = _managed(request, pk)
    form = MemberForm(request.POST if request.method == "POST" else None)
    if form.is_bound and form.is_valid():
        with form.refusals() as told:
            add_member(
                actor=Actor.person(request.user),
                brand=brand,
                user=form.person,
                role=Role(form.cleaned_data["role"]),
            )
        if told.done:
            messages.success(
                request,
                _("%(person)s has the role %(role)s.")
                % {
                    "person": form.person.username,
                    "role": Role(form.cleaned_data["role"]).label,
                },
            )
            return _after_change_of_members(request, brand)
    context: dict[str, Any] = {
        "brand": brand,
        "form": form,
        "members": _members_of(brand),
        "roles": Role.choices,
    }
    return render(request, "styles/workspace/members.html", context)


@login_required
@require_POST
def brand_member_remove(request: SignedInRequest, pk: UUID) -> HttpResponse:
    """Take somebody out of a brand; ``pk`` is the membership's."""
    membership = get_object_or_404(
        Membership.objects.filter(brand__in=_brands(request)).select_related("user", "brand"),
        pk=pk,
    )
    brand = _managed(request, membership.brand_id)
    with conflicts_as_messages(request):
        remove_member(actor=Actor.person(request.user), brand=brand, user=membership.user)
        messages.success(
            request,
            _("%(person)s is no longer a member.") % {"person": membership.user.username},
        )
    return _after_change_of_members(request, brand)


def _after_change_of_members(request: SignedInRequest, brand: Brand) -> HttpResponse:
    """Back to the members, or to where somebody may still go who gave up their own role."""
    if has_role(request.user, brand, Role.MANAGER):
        return redirect("pages:brand-members", pk=brand.pk)
    return redirect("pages:brand-list")
