"""Every write of this app, as verbs."""

from brandhub.accounts.services.brands import (
    add_member,
    change_brand,
    create_brand,
    remove_member,
)
from brandhub.accounts.services.clients import change_client, create_client
from brandhub.accounts.services.idempotency import purge_idempotency_records
from brandhub.accounts.services.keys import issue_key, revoke_key
from brandhub.accounts.services.people import change_person, create_person

__all__ = [
    "add_member",
    "change_brand",
    "change_client",
    "change_person",
    "create_brand",
    "create_client",
    "create_person",
    "issue_key",
    "purge_idempotency_records",
    "remove_member",
    "revoke_key",
]
