"""Who calls the API: a bot platform by its key, or a person."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeVar

from django.utils.translation import gettext as _

from brandhub.accounts.models import ApiClient, ApiKey, Brand, User
from brandhub.accounts.permissions import require_role
from brandhub.accounts.querysets import BrandOwnedQuerySet, BrandQuerySet
from brandhub.audit.record import Actor
from brandhub.common.errors import NotFound

Q = TypeVar("Q", bound=BrandOwnedQuerySet)


@dataclass(frozen=True, slots=True)
class Caller:
    """Exactly one of ``client`` and ``person``; ``key`` is None for a session of the pages.

    Found in ``request.auth`` of every API view. ``request.user`` is the person, and nobody for a
    client: what asks for a user can never mistake a platform's key for its owner.
    """

    client: ApiClient | None = None
    person: User | None = None
    key: ApiKey | None = None

    @property
    def actor(self) -> Actor:
        """As the audit trail knows the caller."""
        if self.client is not None:
            return Actor.client(self.client)
        return Actor.person(self.answerable)

    @property
    def answerable(self) -> User:
        """The person behind it: who calls, or the owner of the client that does."""
        person = self.person if self.client is None else self.client.owner
        if person is None:
            raise ValueError("a caller is a client or a person")
        return person

    def has_scope(self, *scopes: str) -> bool:
        """Whether the key has all of ``scopes``. A session has every scope, and its roles."""
        return self.key is None or set(scopes) <= set(self.key.scopes)

    def brands(self) -> BrandQuerySet:
        """The brands the caller may know of."""
        brands: BrandQuerySet = Brand.objects.all()
        if self.client is not None:
            return brands.of_client(self.client)
        return brands.visible_to(self.answerable)

    def brand(self, slug: str, *, pointer: str = "/brand") -> Brand:
        """The brand called ``slug``. Raises ``NotFound`` (``brand_not_found``) alike for none and
        for another's.
        """
        brand = self.brands().filter(slug=slug).first()
        if brand is None:
            raise NotFound(_("There is no such brand."), code="brand_not_found", pointer=pointer)
        return brand

    def within_brands(self, rows: Q) -> Q:
        """Those of ``rows`` that belong to brands the caller may know of."""
        if self.client is not None:
            return rows.of_client(self.client)  # type: ignore[return-value]
        return rows.visible_to(self.answerable)  # type: ignore[return-value]

    def require_role(self, brand: Brand, *roles: str) -> None:
        """Raise ``Refused`` (``role_required``) for a person without one of ``roles`` in ``brand``.

        A client has no role: its scopes were checked, and what needs a person is closed to it.
        """
        if self.client is None:
            require_role(self.answerable, brand, *roles)
