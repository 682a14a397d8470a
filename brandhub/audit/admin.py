"""The audit trail in the web admin."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.apps import apps
from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from unfold.decorators import display

from brandhub.accounts.models import Role
from brandhub.accounts.tenant_admin import ReadOnlyAdmin, ScopedRelatedFilter
from brandhub.audit.models import AuditEvent
from brandhub.audit.templatetags.audit import action_label, kind_label
from brandhub.common.ids import UuidModel


class ObjectTypeFilter(admin.SimpleListFilter):
    """By what an event is about. Django's own would read the whole trail to see what there is."""

    title = _("object's type")
    parameter_name = "object_type"

    def lookups(self, request: HttpRequest, model_admin: admin.ModelAdmin) -> Iterable[Any]:
        keyed = (each for each in apps.get_models() if issubclass(each, UuidModel))
        return [(label, label) for label in sorted(each._meta.label_lower for each in keyed)]

    def queryset(self, request: HttpRequest, queryset: QuerySet) -> QuerySet:
        return queryset.filter(object_type=self.value()) if self.value() else queryset


@admin.register(AuditEvent)
class AuditEventAdmin(ReadOnlyAdmin):
    """Append only, so there is nothing to do here but read: managers, as on the brand's page."""

    reading_roles = (Role.MANAGER,)

    list_display = ["at", "deed", "kind", "object_id", "actor_kind", "actor_id", "brand"]
    list_filter = ["actor_kind", ObjectTypeFilter, ("brand", ScopedRelatedFilter)]
    list_select_related = ["brand"]
    search_fields = ["=action", "=correlation_id"]

    @display(description=_("action"), ordering="action")
    def deed(self, event: AuditEvent) -> str:
        return action_label(event.action)

    @display(description=_("object's type"), ordering="object_type")
    def kind(self, event: AuditEvent) -> str:
        return kind_label(event.object_type)
