"""Revisions: written as drafts with the prompt they make beside them, published, compared."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from brandhub.accounts.models import Role
from brandhub.accounts.permissions import has_role
from brandhub.accounts.signed_in import SignedInRequest
from brandhub.audit.record import Actor
from brandhub.common.error_pages import conflicts_as_messages
from brandhub.common.errors import InvalidInput, NotFound
from brandhub.common.sentences import sentences_for
from styles.composition import check_template, compose_prompt
from styles.differences import changes_between
from styles.forms import SAMPLE, RevisionForm, initial_of
from styles.library import revisions_visible_to
from styles.models import Style, StyleRevision
from styles.references.collecting import pin_references
from styles.requirements import parse_requirement
from styles.services import (
    change_revision,
    copy_revision,
    publish_revision,
    retire_revision,
)
from styles.states import RevisionStatus
from styles.tag_labels import language_of


@login_required
@require_POST
def revision_new(request: SignedInRequest, pk: UUID) -> HttpResponse:
    """Go on with the style's draft, or start one as a copy of its newest revision."""
    style = get_object_or_404(Style.objects.visible_to(request.user).select_related("brand"), pk=pk)
    _require_manager(request, style)
    revisions = style.revisions.order_by("-number")
    draft = revisions.filter(status=RevisionStatus.DRAFT).first()
    newest = revisions.first()
    if draft is None and newest is not None:
        with conflicts_as_messages(request):
            draft = copy_revision(actor=Actor.person(request.user), revision_id=newest.pk)
    if draft is None:
        return redirect("pages:style-detail", pk=style.pk)
    return redirect("pages:revision-edit", pk=draft.pk)


@login_required
@require_http_methods(["GET", "POST"])
def revision_edit(request: SignedInRequest, pk: UUID) -> HttpResponse:
    """Write a draft; its buttons save it, publish it, or show the prompt without a script."""
    revision = _managed(request, pk)
    if revision.status != RevisionStatus.DRAFT:
        messages.warning(request, _("A published revision does not change. Make a new one."))
        return redirect("pages:style-detail", pk=revision.style_id)
    form = RevisionForm(
        request.POST if request.method == "POST" else None,
        initial=initial_of(revision),
        brand=revision.style.brand,
    )
    shown = _preview(form, revision) if form.is_bound else _preview_of(revision)
    if form.is_bound and form.is_valid() and "preview" not in request.POST:
        publish = "publish" in request.POST
        if _save(request, form, revision, publish=publish):
            page, key = ("style-detail", revision.style_id) if publish else ("revision-edit", pk)
            return redirect(f"pages:{page}", pk=key)
    context = {"form": form, "revision": revision, "style": revision.style, **shown}
    return render(request, "styles/revision_edit.html", context)


def _save(
    request: SignedInRequest, form: RevisionForm, revision: StyleRevision, *, publish: bool
) -> bool:
    """Write the valid form, and publish if that was asked; what is refused goes on the form."""
    actor = Actor.person(request.user)
    with form.refusals() as told, transaction.atomic():
        change_revision(actor=actor, revision_id=revision.pk, **form.values())
        pin_references(
            actor=actor,
            revision_id=revision.pk,
            reference_ids=[image.pk for image in form.cleaned_data["references"]],
        )
        if publish:
            publish_revision(actor=actor, revision_id=revision.pk)
    if told.done and publish:
        messages.success(request, _("The revision is published and frozen."))
    elif told.done:
        messages.success(request, _("The draft is saved."))
    return told.done


@login_required
@require_POST
def revision_preview(request: SignedInRequest, pk: UUID) -> HttpResponse:
    """The prompt that the draft as it stands in the form makes of a requirement."""
    revision = _managed(request, pk)
    form = RevisionForm(request.POST, brand=revision.style.brand)
    return render(request, "styles/includes/prompt_preview.html", _preview(form, revision))


def _preview(form: RevisionForm, revision: StyleRevision) -> dict[str, Any]:
    """What the form as it stands makes of its requirement, for the preview's template."""
    if not form.is_valid():
        return {"preview_error": _("Mend the marked fields to see the prompt.")}
    draft = StyleRevision(style=revision.style, number=revision.number, **form.values())
    return _preview_of(draft, form.cleaned_data["prompt"])


def _preview_of(draft: StyleRevision, requirement: str | None = None) -> dict[str, Any]:
    """``composed``, or ``preview_error`` with the sentence that says why there is none."""
    text = str(SAMPLE) if requirement is None else requirement
    try:
        check_template(draft.prompt_template)
        read = parse_requirement(text, never=draft.style.brand.forbidden_terms)
        return {"composed": compose_prompt(revision=draft, requirement=read)}
    except InvalidInput as mistake:
        return {"preview_error": sentences_for(mistake)}


@login_required
@require_POST
def revision_retire(request: SignedInRequest, pk: UUID) -> HttpResponse:
    """Offer a revision to no further request."""
    revision = _managed(request, pk)
    with conflicts_as_messages(request):
        retire_revision(actor=Actor.person(request.user), revision_id=revision.pk)
        messages.success(request, _("The revision is offered to no further request."))
    return redirect("pages:style-detail", pk=revision.style_id)


@login_required
@require_safe
def revision_changes(request: SignedInRequest, pk: UUID) -> HttpResponse:
    """What a revision changed since another one of its style; since the one before, if unsaid."""
    newer = get_object_or_404(revisions_visible_to(request.user), pk=pk)
    others = list(
        newer.style.revisions.exclude(pk=newer.pk)
        .select_related("base_model")
        .prefetch_related(
            "pinned_references__reference", "pinned_adapters__adapter_revision__adapter"
        )
        .order_by("-number")
    )
    older = _chosen(others, newer, request.GET.get("since", ""))
    context = {
        "style": newer.style,
        "newer": newer,
        "older": older,
        "others": others,
        "sample": SAMPLE,
        "can_manage": has_role(request.user, newer.style.brand, Role.MANAGER),
        "changes": changes_between(older, newer, language_of(get_language())) if older else [],
    }
    return render(request, "styles/revision_changes.html", context)


def _chosen(others: list[StyleRevision], newer: StyleRevision, since: str) -> StyleRevision | None:
    """The revision that ``since`` names. Raises ``NotFound`` for one that the style lacks."""
    if not since:
        return next((each for each in others if each.number < newer.number), None)
    found = next((each for each in others if str(each.number) == since), None)
    if found is None:
        raise NotFound(_("This style has no such revision."))
    return found


def _managed(request: SignedInRequest, pk: UUID) -> StyleRevision:
    """A revision that the person may write. Absent for strangers, refused to other members."""
    revision = get_object_or_404(revisions_visible_to(request.user), pk=pk)
    _require_manager(request, revision.style)
    return revision


def _require_manager(request: SignedInRequest, style: Style) -> None:
    if not has_role(request.user, style.brand, Role.MANAGER):
        raise PermissionDenied
