"""What a brand's decisions say: a page with charts, and the decisions themselves as a file."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse, StreamingHttpResponse
from django.shortcuts import render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from brandhub.accounts.models import Brand
from brandhub.accounts.signed_in import SignedInRequest
from brandhub.common.errors import NotFound
from moderation.permissions import REVIEWERS
from moderation.statistics import figures
from moderation.statistics.export import exported
from moderation.statistics.figures import Span


class SpanForm(forms.Form):
    """Which brand, and how far back."""

    brand = forms.ChoiceField(label=_("Brand"))
    days = forms.TypedChoiceField(
        label=_("Time"),
        coerce=int,
        choices=[
            (7, _("The last 7 days")),
            (30, _("The last 30 days")),
            (90, _("The last 90 days")),
            (365, _("The last year")),
        ],
    )

    def __init__(self, data: Any, *, brands: list[Brand]) -> None:
        super().__init__({"brand": brands[0].slug, "days": "30"} | data.dict())
        field = self.fields["brand"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = [(brand.slug, brand.name) for brand in brands]
        self._brands = {brand.slug: brand for brand in brands}

    def span(self) -> Span:
        """What is asked for. Raises ``NotFound`` for a brand or a time that is not offered."""
        if not self.is_valid():
            raise NotFound
        return Span.of_days(self._brands[self.cleaned_data["brand"]], self.cleaned_data["days"])


def _asked(request: SignedInRequest) -> tuple[SpanForm, Span]:
    """Raises ``PermissionDenied`` for who reviews nowhere, ``NotFound`` as ``SpanForm.span``."""
    brands = list(Brand.objects.with_role(request.user, *REVIEWERS).order_by("name"))
    if not brands:
        raise PermissionDenied
    form = SpanForm(request.GET, brands=brands)
    return form, form.span()


@login_required
@require_safe
def statistics(request: SignedInRequest) -> HttpResponse:
    """Time to decision, approval by style, adapter, check and reason, and checks against people."""
    form, span = _asked(request)
    context = {
        "form": form,
        "span": span,
        "totals": figures.totals(span),
        "days": figures.by_day(span),
        "styles": figures.by_style(span),
        "adapters": figures.by_adapter(span),
        "checks": figures.by_check(span),
        "reasons": figures.by_reason(span),
        "agreements": figures.agreements(span),
        "sample": figures.SAMPLE,
        "pictures_sample": figures.PICTURES_SAMPLE,
    }
    return render(request, "moderation/statistics.html", context)


@login_required
@require_safe
def statistics_export(request: SignedInRequest) -> StreamingHttpResponse:
    """The decisions of the span as CSV, however many there are."""
    _form, span = _asked(request)
    name = f"decisions-{span.brand.slug}-{span.since:%Y%m%d}-{span.until:%Y%m%d}.csv"
    return StreamingHttpResponse(
        exported(span),
        content_type="text/csv; charset=utf-8",
        headers={
            "Content-Disposition": f'attachment; filename="{name}"',
            "Cache-Control": "private, no-store",
        },
    )
