"""What every form of the pages does alike: what a service refuses, beside the fields it means."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import Any, cast

from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from brandhub.common.error_pages import Told
from brandhub.common.errors import Conflict, FieldError, InvalidInput
from brandhub.common.sentences import sentence_for, sentence_for_field


def file_input(*, accept: str, largest: int) -> forms.FileInput:
    """A chooser of files that together have at most ``largest`` bytes.

    Its page says so before anything is sent: what is beyond the limit is cut off on its way, and
    the form with it.
    """
    return forms.FileInput(attrs=limited(accept=accept, largest=largest))


def limited(*, accept: str, largest: int) -> dict[str, Any]:
    """The attributes of :func:`file_input`."""
    return {
        "accept": accept,
        "data-largest": largest,
        "data-too-large": _("{size} is too much: at most {limit} are taken."),
    }


class PageForm(forms.Form):
    """Base of the product's own forms."""

    def offer(self, name: str, rows: QuerySet) -> None:
        """Let the field ``name`` choose among ``rows``."""
        cast(forms.ModelChoiceField, self.fields[name]).queryset = rows

    def field_of_pointer(self, pointer: str) -> str | None:
        """The field that a service's JSON pointer means; None where it is none of the form's."""
        name = pointer.removeprefix("/").split("/")[0]
        return name if name in self.fields else None

    def add_field_errors(self, errors: Iterable[FieldError]) -> None:
        """Put a service's field errors beside the fields they speak of."""
        for error in errors:
            self.add_error(self.field_of_pointer(error.pointer), sentence_for_field(error))

    @contextmanager
    def refusals(self) -> Iterator[Told]:
        """Put what a service refuses inside on the form: beside its fields, or above them."""
        told = Told()
        try:
            yield told
        except InvalidInput as mistake:
            told.done = False
            self.add_field_errors(mistake.errors)
            if not mistake.errors:
                self.add_error(None, sentence_for(mistake))
        except Conflict as conflict:
            told.done = False
            self.add_error(None, sentence_for(conflict))
