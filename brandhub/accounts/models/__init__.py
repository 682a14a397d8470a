from brandhub.accounts.models.brands import Brand, Membership, Role
from brandhub.accounts.models.clients import (
    ApiClient,
    ApiKey,
    CallAllowance,
    IdempotencyRecord,
    Scope,
)
from brandhub.accounts.models.users import User

__all__ = [
    "ApiClient",
    "ApiKey",
    "Brand",
    "CallAllowance",
    "IdempotencyRecord",
    "Membership",
    "Role",
    "Scope",
    "User",
]
