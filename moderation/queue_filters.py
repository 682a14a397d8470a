"""What a reviewer asks of the queue, as the address says it."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import UUID

from django import forms
from django.utils.translation import gettext_lazy as _

from avatars.states import Verdict
from brandhub.accounts.models import Brand, User
from moderation.permissions import REVIEWERS
from moderation.selectors.cases import QueueFilters
from moderation.states import CaseKind
from styles.models import Style

_AGES = {"hour": timedelta(hours=1), "day": timedelta(days=1), "week": timedelta(weeks=1)}
#: More styles than these make no list to choose from; a brand that is chosen narrows it.
_MOST_STYLES = 200


class QueueForm(forms.Form):
    """Each field is one filter. An unknown value is no filter rather than an error: an address
    that somebody kept may name what is gone."""

    brand = forms.ChoiceField(label=_("Brand"), required=False)
    kind = forms.ChoiceField(
        label=_("Kind"), required=False, choices=[("", _("All")), *CaseKind.choices]
    )
    style = forms.ChoiceField(label=_("Style"), required=False)
    verdict = forms.ChoiceField(
        label=_("Verdict"), required=False, choices=[("", _("All")), *Verdict.choices]
    )
    age = forms.ChoiceField(
        label=_("Waiting"),
        required=False,
        choices=[
            ("", _("However long")),
            ("hour", _("Over an hour")),
            ("day", _("Over a day")),
            ("week", _("Over a week")),
        ],
    )
    who = forms.ChoiceField(
        label=_("Whose"),
        required=False,
        choices=[("", _("All")), ("mine", _("Mine")), ("unclaimed", _("Nobody's"))],
    )

    def __init__(self, data: Any, *, user: User) -> None:
        super().__init__(data)
        brands = Brand.objects.with_role(user, *REVIEWERS).order_by("name")
        choices = list(brands.values_list("slug", "name"))
        self._offer("brand", choices)
        styles = Style.objects.filter(brand__in=brands.order_by()).order_by("name")
        if (chosen := self["brand"].value()) in dict(choices):
            styles = styles.filter(brand__slug=chosen)
        self._offer(
            "style",
            [(str(pk), name) for pk, name in styles.values_list("pk", "name")[:_MOST_STYLES]],
        )

    def _offer(self, name: str, choices: list[tuple[str, str]]) -> None:
        field = self.fields[name]
        assert isinstance(field, forms.ChoiceField)
        field.choices = [("", _("All")), *choices]

    def kept(self) -> dict[str, str]:
        """The filters that are set and known, as an address holds them."""
        self.is_valid()
        return {name: value for name, value in self.cleaned_data.items() if value}

    def filters(self) -> QueueFilters:
        """The filters as the selectors take them."""
        chosen = self.kept()
        return QueueFilters(
            brand=chosen.get("brand", ""),
            kind=chosen.get("kind", ""),
            style_id=UUID(chosen["style"]) if "style" in chosen else None,
            verdict=chosen.get("verdict", ""),
            waiting_for=_AGES.get(chosen.get("age", "")),
            claimed_by_me=chosen.get("who") == "mine",
            unclaimed=chosen.get("who") == "unclaimed",
        )
