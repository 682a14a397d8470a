"""Creating styles."""

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from brandhub.accounts.models import Brand
from brandhub.audit.record import Actor, record
from brandhub.common.errors import Conflict
from styles.models import Style
from styles.services.validation import refuse_invalid


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
