"""Every write of this app, as verbs."""

from brandhub.accounts.services.brands import add_member, create_brand, remove_member
from brandhub.accounts.services.clients import create_client
from brandhub.accounts.services.idempotency import purge_idempotency_records
from brandhub.accounts.services.keys import issue_key, revoke_key

__all__ = [
    "add_member",
    "create_brand",
    "create_client",
    "issue_key",
    "purge_idempotency_records",
    "remove_member",
    "revoke_key",
]
