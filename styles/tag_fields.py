"""Form fields by which a person chooses tags: one per category of the vocabulary."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django import forms
from django.utils.translation import get_language

from brandhub.common.forms import PageForm
from brandhub.vocabulary.lookup import tag_names
from brandhub.vocabulary.tables import CATEGORIES
from brandhub.vocabulary.terms import Category
from styles.tag_labels import language_of

#: Categories with something to choose, those of several values last.
OFFERED = sorted(
    (category for category in CATEGORIES if any(value.supported for value in category)),
    key=lambda category: category.multiple,
)


class TagsForm(PageForm):
    """Base of forms with a field per category, after the fields that they declare."""

    #: Where tags lie in what the service is given.
    tags_pointer = "/tags/"

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for category in OFFERED:
            self.fields[_field_name(category)] = _field_of(category)

    def tag_fields(self) -> list[forms.BoundField]:
        """One field per category of the vocabulary."""
        return [self[_field_name(category)] for category in OFFERED]

    def chosen_tags(self) -> bool:
        """Whether a tag is chosen by hand, so that a page shows the tags opened."""
        return any(field.value() for field in self.tag_fields())

    def cleaned_tags(self) -> dict[str, Any]:
        """The chosen tags as the services take them. Valid forms only."""
        chosen = {category.name: self.cleaned_data[_field_name(category)] for category in OFFERED}
        return {name: value for name, value in chosen.items() if value}

    def field_of_pointer(self, pointer: str) -> str | None:
        if pointer.startswith(self.tags_pointer):
            pointer = f"/tag_{pointer.removeprefix(self.tags_pointer)}"
        return super().field_of_pointer(pointer)


def initial_tags(tags: Mapping[str, Any]) -> dict[str, Any]:
    """Initial values of a :class:`TagsForm` for stored ``tags``."""
    initial: dict[str, Any] = {}
    for category in OFFERED:
        names = tag_names(tags, category.name)
        if names:
            initial[_field_name(category)] = list(names) if category.multiple else names[0]
    return initial


def _field_name(category: Category) -> str:
    return f"tag_{category.name}"


def _field_of(category: Category) -> forms.Field:
    language = language_of(get_language())
    label = category.wording(language).label
    choices = [(value.name, value.wording(language).label) for value in category if value.supported]
    if category.multiple:
        return forms.MultipleChoiceField(
            label=label, choices=choices, required=False, widget=forms.CheckboxSelectMultiple
        )
    return forms.ChoiceField(label=label, choices=[("", "–"), *choices], required=False)
