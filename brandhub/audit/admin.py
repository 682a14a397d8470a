"""The audit trail in the web admin."""

from __future__ import annotations

from django.contrib import admin

from brandhub.accounts.models import Role
from brandhub.accounts.tenant_admin import ReadOnlyAdmin, ScopedRelatedFilter
from brandhub.audit.models import AuditEvent


@admin.register(AuditEvent)
class AuditEventAdmin(ReadOnlyAdmin):
    """Append only, so there is nothing to do here but read: managers, as on the brand's page."""

    reading_roles = (Role.MANAGER,)

    list_display = ["at", "action", "object_type", "object_id", "actor_kind", "actor_id", "brand"]
    list_filter = ["actor_kind", "object_type", ("brand", ScopedRelatedFilter)]
    list_select_related = ["brand"]
    search_fields = ["=action", "=correlation_id"]
