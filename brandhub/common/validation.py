"""A model's own validators, as the errors that services raise."""

from collections.abc import Sequence

from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext as _

from brandhub.common.errors import FieldError, InvalidInput


def refuse_invalid(row: models.Model, *, exclude: Sequence[str] = ()) -> None:
    """Raise ``InvalidInput`` with a pointer for each field whose value its validators refuse."""
    try:
        row.clean_fields(exclude=set(exclude))
    except ValidationError as invalid:
        errors = [
            FieldError(f"/{name}", "invalid_value", " ".join(error.messages))
            for name, found in invalid.error_dict.items()
            for error in found
        ]
        raise InvalidInput(_("Some values are not valid."), errors=errors) from invalid
