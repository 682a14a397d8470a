"""Bot platforms."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from brandhub.accounts.models import ApiClient, Brand, User
from brandhub.audit.record import Actor, record
from brandhub.common.errors import FieldError, InvalidInput, NotFound

_CHANGEABLE = frozenset({"name", "max_priority", "requests_per_minute", "is_active"})


@transaction.atomic
def create_client(*, actor: Actor, name: str, owner: User, brands: Sequence[Brand]) -> ApiClient:
    """Create a client for ``brands``; ``owner`` answers for it and never reviews what it asks for.

    Raises ``InvalidInput`` for an empty name or no brand.
    """
    _refuse_empty(name, brands)
    client = ApiClient.objects.create(name=name.strip(), owner=owner)
    client.brands.set(brands)
    for brand in brands:
        record(actor=actor, action="client.created", of=client, brand=brand, owner=str(owner.pk))
    return client


@transaction.atomic
def change_client(
    *, actor: Actor, client_id: UUID, brands: Sequence[Brand] | None = None, **values: Any
) -> ApiClient:
    """Change a client's name, limits, whether it is active, or the brands it was given.

    What is not given stays. The owner never changes: requests name them as the person answerable.
    Raises ``NotFound``, and ``InvalidInput`` for an empty name or no brand.
    """
    if unknown := set(values) - _CHANGEABLE:
        raise TypeError(f"a client has no {', '.join(sorted(unknown))} to change")
    client = ApiClient.objects.select_for_update(no_key=True).filter(pk=client_id).first()
    if client is None:
        raise NotFound(_("There is no such client."))
    _refuse_empty(values.get("name", client.name), brands)
    before = set(client.brands.all())
    changed = sorted(name for name, value in values.items() if getattr(client, name) != value)
    for name in changed:
        setattr(client, name, values[name])
    if changed:
        client.save(update_fields=changed)
    after = before if brands is None else set(brands)
    if after != before:
        client.brands.set(after)
        changed.append("brands")
    if changed:
        for brand in sorted(before | after, key=lambda each: each.pk):
            record(actor=actor, action="client.changed", of=client, brand=brand, fields=changed)
    return client


def _refuse_empty(name: str, brands: Sequence[Brand] | None) -> None:
    errors = []
    if not name.strip():
        errors.append(FieldError("/name", "required", _("Give the client a name.")))
    if brands is not None and not brands:
        errors.append(FieldError("/brands", "required", _("Give the client a brand.")))
    if errors:
        raise InvalidInput(_("Some values are not valid."), errors=errors)
