"""Bot platforms."""

from __future__ import annotations

from collections.abc import Sequence

from django.db import transaction
from django.utils.translation import gettext as _

from brandhub.accounts.models import ApiClient, Brand, User
from brandhub.audit.record import Actor, record
from brandhub.common.errors import FieldError, InvalidInput


@transaction.atomic
def create_client(*, actor: Actor, name: str, owner: User, brands: Sequence[Brand]) -> ApiClient:
    """Create a client for ``brands``; ``owner`` answers for it and never reviews what it asks for.

    Raises ``InvalidInput`` for an empty name or no brand.
    """
    errors = []
    if not name.strip():
        errors.append(FieldError("/name", "required", _("Give the client a name.")))
    if not brands:
        errors.append(FieldError("/brands", "required", _("Give the client a brand.")))
    if errors:
        raise InvalidInput(_("Some values are not valid."), errors=errors)
    client = ApiClient.objects.create(name=name.strip(), owner=owner)
    client.brands.set(brands)
    for brand in brands:
        record(actor=actor, action="client.created", of=client, brand=brand, owner=str(owner.pk))
    return client
