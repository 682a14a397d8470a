"""What people enter about style packs."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.validators import validate_slug
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from brandhub.accounts.models import Brand
from brandhub.common.errors import FieldError
from brandhub.common.forms import PageForm, file_input
from brandhub.common.sentences import sentence_for_field
from styles.adapters.wordings import is_about_the_file, reason_sentence
from styles.packs.archive import MAX_BYTES
from styles.packs.conflicts import ImportChoices

_ADD_OR_LEAVE = [("add", _("take the pack's")), ("leave", _("leave the brand's as it is"))]
#: The fields by which a person settles a conflict, by the first part of its pointer.
_SETTLED_BY = {"slug": "slug", "adapters": "join", "palette": "palette", "logo": "logo"}


class PackForm(PageForm):
    """A style pack, the brand that takes it in, and what becomes of what is there."""

    brand = forms.ModelChoiceField(Brand.objects.none(), label=_("Brand"), empty_label=None)
    file = forms.FileField(
        label=_("Style pack"),
        help_text=_("A .zip file that was exported here or elsewhere by this product; 2 GB."),
        widget=file_input(accept=".zip,application/zip", largest=MAX_BYTES),
    )
    slug = forms.CharField(
        label=_("Short name"),
        required=False,
        max_length=60,
        validators=[validate_slug],
        help_text=_("Of the style in this brand. Left empty, it is the pack's own."),
    )
    join = forms.BooleanField(
        label=_("Add a revision where a style or an adapter of the same short name is there"),
        required=False,
    )
    palette = forms.ChoiceField(label=_("Palette"), choices=_ADD_OR_LEAVE)
    logo = forms.ChoiceField(label=_("Logo"), choices=_ADD_OR_LEAVE)

    def __init__(self, *args: Any, brands: QuerySet[Brand], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.offer("brand", brands)

    def choices(self) -> ImportChoices:
        """What the person chose. Valid forms only."""
        values = self.cleaned_data
        return ImportChoices(
            slug=values["slug"],
            join=values["join"],
            palette=values["palette"],
            logo=values["logo"],
        )

    def add_conflicts(self, conflicts: tuple[FieldError, ...]) -> None:
        """Put each conflict beside the field that settles it."""
        for conflict in conflicts:
            self.add_error(_SETTLED_BY[conflict.pointer.split("/")[1]], conflict.detail)

    def add_refusals(self, errors: tuple[FieldError, ...]) -> None:
        """Say what is wrong with the file, and where in it."""
        for error in errors:
            about_adapter = is_about_the_file(error.code)
            sentence = (
                reason_sentence(error.code, {}) if about_adapter else sentence_for_field(error)
            )
            place = error.pointer.removeprefix("/file").removeprefix("/manifest").strip("/")
            self.add_error("file", f"{place}: {sentence}" if place else sentence)
