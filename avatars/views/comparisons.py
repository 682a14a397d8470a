"""Two revisions of a style, drawn with the same seeds and laid side by side."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import get_language
from django.views.decorators.http import require_http_methods, require_safe

from avatars.forms import ComparisonForm
from avatars.models import Bot, StyleComparison
from avatars.selectors.comparisons import comparisons_visible_to
from avatars.selectors.listings import withdrawn_pixels
from avatars.services.comparisons import compare_revisions
from avatars.states import SETTLED_REQUESTS
from brandhub.accounts.models import Role
from brandhub.accounts.permissions import has_role
from brandhub.accounts.signed_in import SignedInRequest
from brandhub.audit.record import Actor
from styles.differences import changes_between
from styles.forms import SAMPLE
from styles.library import revisions_visible_to
from styles.tag_labels import language_of


@login_required
@require_http_methods(["GET", "POST"])
def revision_compare(request: SignedInRequest, pk: UUID) -> HttpResponse:
    """Ask for a comparison of a revision with another one of its style, for managers."""
    revision = get_object_or_404(revisions_visible_to(request.user), pk=pk)
    style = revision.style
    if not has_role(request.user, style.brand, Role.MANAGER):
        raise PermissionDenied
    others = style.revisions.exclude(pk=revision.pk).order_by("-number")
    bots = Bot.objects.live().filter(brand=style.brand).order_by("-id")
    form = ComparisonForm(
        request.POST if request.method == "POST" else None,
        initial={"other": others.first(), "prompt": SAMPLE},
        others=others,
        bots=bots,
    )
    if form.is_bound and form.is_valid():
        values = form.cleaned_data
        with form.refusals() as told:
            comparison = compare_revisions(
                actor=Actor.person(request.user),
                person=request.user,
                first=values["other"],
                second=revision,
                bot=values["bot"],
                prompt=values["prompt"],
                seed=values["seed"],
            )
        if told.done:
            return redirect("pages:comparison", pk=comparison.pk)
    context = {
        "form": form,
        "revision": revision,
        "style": style,
        "ready": others.exists() and bots.exists(),
    }
    return render(request, "avatars/comparison_new.html", context)


def _context_of(request: SignedInRequest, pk: UUID) -> dict[str, Any]:
    comparison: StyleComparison = get_object_or_404(comparisons_visible_to(request.user), pk=pk)
    both = (comparison.first, comparison.second)
    candidates = [candidate for each in both for candidate in each.candidates.all()]
    return {
        "comparison": comparison,
        "style": comparison.first.style_revision.style,
        "sides": [(each, each.style_revision, list(each.candidates.all())) for each in both],
        "withdrawn": withdrawn_pixels(candidates),
        "is_over": all(each.status in SETTLED_REQUESTS for each in both),
    }


@login_required
@require_safe
def comparison(request: SignedInRequest, pk: UUID) -> HttpResponse:
    """Both revisions' pictures, the same seed above the same seed, and what differs."""
    context = _context_of(request, pk)
    first, second = (revision for _request, revision, _candidates in context["sides"])
    context["changes"] = changes_between(first, second, language_of(get_language()))
    return render(request, "avatars/comparison.html", context)


@login_required
@require_safe
def comparison_live(request: SignedInRequest, pk: UUID) -> HttpResponse:
    """The part of a comparison that changes, for the page's script to put in place."""
    response = render(request, "avatars/includes/comparison.html", _context_of(request, pk))
    response["Cache-Control"] = "private, no-store"
    return response
