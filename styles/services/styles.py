"""Creating styles."""

from uuid import UUID

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from brandhub.accounts.models import Brand
from brandhub.audit.record import Actor, record
from brandhub.common.errors import Conflict, NotFound
from brandhub.common.validation import refuse_invalid
from styles.models import Style


@transaction.atomic
def create_style(
    *, actor: Actor, brand: Brand, slug: str, name: str, description: str = ""
) -> Style:
    """Create a style; it means something once a revision of it is published.

    Raises ``InvalidInput`` for an empty name or a slug that is none, and ``Conflict``
    (``style_slug_taken``) where the brand has a style of that slug.
    """
    style = Style(brand=brand, slug=slug, name=name.strip(), description=description)
    refuse_invalid(style, exclude=["brand"])
    try:
        with transaction.atomic():
            style.save(force_insert=True)
    except IntegrityError as error:
        if Style.objects.filter(brand=brand, slug=slug).exists():
            raise Conflict(
                _("This brand has a style of that short name already."), code="style_slug_taken"
            ) from error
        raise
    record(actor=actor, action="style.created", of=style, brand=brand, slug=slug)
    return style


@transaction.atomic
def change_style(*, actor: Actor, style_id: UUID, name: str, description: str) -> Style:
    """Rename or describe a style; its brand and its short name never change.

    Raises ``NotFound`` and ``InvalidInput``.
    """
    style = Style.objects.select_for_update(no_key=True).filter(pk=style_id).first()
    if style is None:
        raise NotFound(_("There is no such style."))
    if (style.name, style.description) == (name.strip(), description):
        return style
    style.name = name.strip()
    style.description = description
    refuse_invalid(style, exclude=["brand"])
    style.save(update_fields=["name", "description"])
    record(actor=actor, action="style.changed", of=style, brand=style.brand_id)
    return style
