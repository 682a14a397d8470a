"""What a person may do in a brand."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib.auth.models import AnonymousUser
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from brandhub.accounts.models import ApiClient, Brand, Membership, Role, User
from brandhub.common.errors import Refused

if TYPE_CHECKING:
    from uuid import UUID


def has_role(user: User | AnonymousUser, brand: Brand | UUID, *roles: str) -> bool:
    """Whether ``user`` has one of ``roles`` in ``brand``. A superuser has every role."""
    if not user.is_authenticated or not user.is_active:
        return False
    key = brand.pk if isinstance(brand, Brand) else brand
    if user.is_superuser:
        return Brand.objects.filter(pk=key).exists()
    return Membership.objects.filter(user=user, brand=key, role__in=roles).exists()


def require_role(user: User | AnonymousUser, brand: Brand | UUID, *roles: str) -> None:
    """Raise ``Refused`` (``role_required``) unless :func:`has_role`."""
    if not has_role(user, brand, *roles):
        raise Refused(_("Your role in this brand does not allow this."), code="role_required")


def clients_managed_by(user: User) -> QuerySet[ApiClient]:
    """Clients all of whose brands ``user`` manages: who may change one and hand out its keys."""
    managed = Brand.objects.with_role(user, Role.MANAGER)
    return ApiClient.objects.exclude(brands__in=Brand.objects.exclude(pk__in=managed))
