"""A brand's palette."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from brandhub.accounts.models import Brand
from brandhub.audit.record import Actor, record
from brandhub.common.errors import Conflict, NotFound
from brandhub.common.validation import refuse_invalid
from styles.models import PaletteColour

_SETTABLE = frozenset({"name", "hex", "role", "tolerance", "position"})


@transaction.atomic
def set_colour(
    *, actor: Actor, brand: Brand, colour_id: UUID | None = None, **values: Any
) -> PaletteColour:
    """Add a colour to the brand's palette, or change the one of ``colour_id``.

    Raises ``NotFound`` for a colour that is not the brand's, ``InvalidInput`` with pointers, and
    ``Conflict`` (``colour_name_taken``).
    """
    if unknown := set(values) - _SETTABLE:
        raise TypeError(f"a colour has no {', '.join(sorted(unknown))} to set")
    # Under the brand's lock, two editors of one palette come one after the other.
    Brand.objects.select_for_update(no_key=True).get(pk=brand.pk)
    colour = PaletteColour(brand=brand) if colour_id is None else _of(brand, colour_id)
    for name, value in values.items():
        setattr(colour, name, value)
    refuse_invalid(colour, exclude=["brand"])
    try:
        with transaction.atomic():
            colour.save()
    except IntegrityError as error:
        raise Conflict(
            _("The palette has a colour of that name already."), code="colour_name_taken"
        ) from error
    record(
        actor=actor,
        action="palette.colour_set",
        of=colour,
        brand=brand,
        hex=colour.hex,
        tolerance=colour.tolerance,
    )
    return colour


@transaction.atomic
def remove_colour(*, actor: Actor, brand: Brand, colour_id: UUID) -> None:
    """Take a colour out of the brand's palette. Raises ``NotFound``."""
    colour = _of(brand, colour_id)
    record(actor=actor, action="palette.colour_removed", of=colour, brand=brand, hex=colour.hex)
    colour.delete()


def _of(brand: Brand, colour_id: UUID) -> PaletteColour:
    colour = PaletteColour.objects.select_for_update().filter(brand=brand, pk=colour_id).first()
    if colour is None:
        raise NotFound(_("This palette has no such colour."))
    return colour
