"""Tenancy: the one place that says whose brands a person or a client may see."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib.postgres.expressions import ArraySubquery
from django.db import models

if TYPE_CHECKING:
    from brandhub.accounts.models import ApiClient, User


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
        given = type(client).brands.through.objects.filter(apiclient=client).values("brand")
        return self.filter(_IsAnyOf("brand", ArraySubquery(given)))


class _IsAnyOf(models.Func):
    """Whether a column's value is in an array."""

    arity = 2
    arg_joiner = " = ANY("
    template = "%(expressions)s)"
    output_field = models.BooleanField()
