"""Who calls the API: a bot platform by its key, or a person."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeVar
from uuid import UUID, uuid5

from django.utils.translation import gettext as _

from brandhub.accounts.models import ApiClient, ApiKey, Brand, Scope, User
from brandhub.accounts.models.clients import LIVE_SCOPES
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

    @property
    def sandbox(self) -> bool:
        """Whether it calls with a test key: what it makes and sees is the client's sandbox."""
        return self.key is not None and self.key.mode == ApiKey.Mode.TEST

    @property
    def allowance_id(self) -> UUID:
        """Whose allowance of calls it spends: a client's tests take nothing from its live calls."""
        owner = self.client or self.answerable
        return uuid5(owner.pk, "sandbox") if self.sandbox else owner.pk

    @property
    def scopes(self) -> frozenset[str]:
        """What it may ask for. A session has every scope, and its roles."""
        if self.key is None:
            return frozenset(Scope.values)
        return frozenset(self.key.scopes) - (LIVE_SCOPES if self.sandbox else frozenset())

    def has_scope(self, *scopes: str) -> bool:
        """Whether it has all of ``scopes``."""
        return self.scopes.issuperset(scopes)

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
