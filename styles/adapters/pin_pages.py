"""Choosing the adapters of a draft."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.db.models import Q, QuerySet
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from brandhub.accounts.models import Role
from brandhub.accounts.permissions import has_role
from brandhub.accounts.signed_in import SignedInRequest
from brandhub.audit.record import Actor
from brandhub.common.errors import InvalidInput
from brandhub.inference.specs import MAX_ADAPTER_WEIGHT, MAX_ADAPTERS
from styles.adapters.selectors import ready_adapters
from styles.adapters.states import AdapterStatus
from styles.models.adapters import AdapterRevision
from styles.models.styles import Style, StyleRevision
from styles.services.pinning import pin_adapters
from styles.states import RevisionStatus

#: Empty rows that the form offers beneath those that are filled.
_SPARE = 2


class AdapterChoice(forms.ModelChoiceField):
    def label_from_instance(self, obj: Any) -> str:
        words = f" · {obj.trigger_words}" if obj.trigger_words else ""
        return f"{obj.adapter.name} · {obj.number}{words}"


class PinForm(forms.Form):
    """One row: an adapter and its weight; without an adapter the row says nothing."""

    adapter = AdapterChoice(
        AdapterRevision.objects.none(), label=gettext_lazy("Adapter"), required=False
    )
    weight = forms.FloatField(
        label=gettext_lazy("Weight"),
        initial=1.0,
        required=False,
        min_value=-MAX_ADAPTER_WEIGHT,
        max_value=MAX_ADAPTER_WEIGHT,
        widget=forms.NumberInput(attrs={"step": "0.05"}),
    )

    def __init__(self, *args: Any, offered: QuerySet[AdapterRevision], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["adapter"]
        field.queryset = offered

    def clean(self) -> dict[str, Any]:
        values = super().clean() or {}
        if values.get("adapter") is not None and values.get("weight") is None:
            self.add_error("weight", _("Give it a weight."))
        return values


PinFormSet = forms.formset_factory(PinForm, extra=_SPARE, max_num=MAX_ADAPTERS, validate_max=True)


@login_required
@require_http_methods(["GET", "POST"])
def revision_adapters(request: SignedInRequest, pk: UUID) -> HttpResponse:
    """The adapters of a draft with their weights, for managers."""
    revision = get_object_or_404(
        StyleRevision.objects.filter(
            style__in=Style.objects.visible_to(request.user)
        ).select_related("style__brand", "base_model"),
        pk=pk,
    )
    if not has_role(request.user, revision.style.brand, Role.MANAGER):
        raise PermissionDenied
    if revision.status != RevisionStatus.DRAFT:
        messages.warning(request, _("A published revision does not change. Make a new one."))
        return redirect("pages:style-detail", pk=revision.style_id)
    rows = PinFormSet(
        request.POST if request.method == "POST" else None,
        initial=[
            {"adapter": pin.adapter_revision_id, "weight": pin.weight}
            for pin in revision.pinned_adapters.all()
        ],
        form_kwargs={"offered": _offered(revision)},
    )
    if request.method == "POST" and rows.is_valid() and _pin(request, revision, rows):
        messages.success(request, _("The draft's adapters are saved."))
        return redirect("pages:style-detail", pk=revision.style_id)
    context = {"revision": revision, "style": revision.style, "rows": rows}
    return render(request, "styles/adapters/pins.html", context)


def _offered(revision: StyleRevision) -> QuerySet[AdapterRevision]:
    """What is ready for the draft's base model, and what the draft has already."""
    ready = ready_adapters(revision.style.brand, revision.base_model)
    kept = Q(
        pk__in=revision.pinned_adapters.values("adapter_revision"),
        status__in=[AdapterStatus.READY, AdapterStatus.DEPRECATED],
    )
    rows = AdapterRevision.objects.filter(kept | Q(pk__in=ready.values("pk")))
    return rows.select_related("adapter").order_by("adapter__name", "-number")


def _pin(request: SignedInRequest, revision: StyleRevision, rows: Any) -> bool:
    chosen = [form for form in rows.forms if form.cleaned_data.get("adapter") is not None]
    try:
        pin_adapters(
            actor=Actor.person(request.user),
            revision_id=revision.pk,
            pins=[
                (form.cleaned_data["adapter"].pk, form.cleaned_data["weight"]) for form in chosen
            ],
        )
    except InvalidInput as error:
        for mistake in error.errors:
            place = mistake.pointer.rpartition("/")[2]
            form = chosen[int(place)] if place.isdecimal() and int(place) < len(chosen) else None
            (form or rows.forms[0]).add_error(None, mistake.detail)
        return False
    return True
