"""Tenancy: the one place that says whose brands a person or a client may see."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from django.db import models
from django.db.models.expressions import RawSQL

if TYPE_CHECKING:
    from brandhub.accounts.models import ApiClient, User


#: Written out, for nearly every call asks, and some twice.
_GIVEN = "ARRAY(SELECT brand_id FROM accounts_apiclient_brands WHERE apiclient_id = %s)"


class BrandQuerySet(models.QuerySet):
    def visible_to(self, user: User) -> BrandQuerySet:
        """Brands of which ``user`` is a member; a superuser sees all."""
        if not user.is_authenticated:
            return self.none()
        if user.is_superuser:
            return self
        return self.filter(memberships__user=user)

    def with_role(self, user: User, *roles: str) -> BrandQuerySet:
        """Brands in which ``user`` has one of ``roles``; a superuser has every role."""
        if not user.is_authenticated:
            return self.none()
        if user.is_superuser:
            return self
        return self.filter(memberships__user=user, memberships__role__in=roles)

    def of_client(self, client: ApiClient) -> BrandQuerySet:
        """Brands that ``client`` was given."""
        return self.filter(api_clients=client)


class BrandOwnedQuerySet(models.QuerySet):
    """For tables with a ``brand`` column; the base of every tenancy filter."""

    def visible_to(self, user: User) -> models.QuerySet:
        """Rows of brands of which ``user`` is a member; a superuser sees all."""
        if not user.is_authenticated:
            return self.none()
        if user.is_superuser:
            return self
        return self.filter(brand__memberships__user=user)

    def with_role(self, user: User, *roles: str) -> models.QuerySet:
        """Rows of brands in which ``user`` has one of ``roles``."""
        if not user.is_authenticated:
            return self.none()
        if user.is_superuser:
            return self
        return self.filter(brand__memberships__user=user, brand__memberships__role__in=roles)

    def of_client(self, client: ApiClient) -> models.QuerySet:
        """Rows of brands that ``client`` was given.

        These are looked up first and not joined. Of a join PostgreSQL expects an average brand's
        rows: of a brand that has most of them it read and sorted all, for a page of twenty.
        """
        given = RawSQL(_GIVEN, [client.pk])  # noqa: S611 - written out, with its one parameter
        return self.filter(_IsAnyOf("brand", given))


class _IsAnyOf(models.Func):
    """Whether a column's value is in an array."""

    arity = 2
    arg_joiner = " = ANY("
    template = "%(expressions)s)"
    output_field = models.BooleanField()


class SandboxedQuerySet(BrandOwnedQuerySet):
    """For rows that can be made with a test key: a person's are the live ones alone.

    The model says with ``SANDBOX`` where the flag is. Whatever lists a brand's rows for people asks
    here, so that no page can forget about the sandbox.
    """

    def live(self) -> SandboxedQuerySet:
        """Rows outside of every sandbox."""
        return self.in_sandbox(False)

    def in_sandbox(self, sandbox: bool) -> SandboxedQuerySet:
        """Rows of the sandbox, or those outside."""
        path: str = self.model.SANDBOX  # type: ignore[attr-defined]
        return self.filter(**{path: sandbox})

    def visible_to(self, user: User) -> models.QuerySet:
        """Live rows of brands of which ``user`` is a member; a superuser sees all live ones."""
        return cast(SandboxedQuerySet, super().visible_to(user)).live()

    def with_role(self, user: User, *roles: str) -> models.QuerySet:
        """Live rows of brands in which ``user`` has one of ``roles``."""
        return cast(SandboxedQuerySet, super().with_role(user, *roles)).live()
