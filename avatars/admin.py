"""Bots, requests and versions in the web admin; status and provenance are read only."""

from __future__ import annotations

from typing import Any

from django.contrib import admin, messages
from django.db.models import Model, QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext_lazy
from unfold.decorators import display

from avatars.hooks import moderation
from avatars.models import AvatarVersion, Bot, Candidate, GenerationRequest
from avatars.services import cancel_request, register_bot, retry_request, take_down
from avatars.states import RequestStatus, VersionStatus
from brandhub.accounts.models import Role
from brandhub.accounts.permissions import has_role
from brandhub.accounts.tenant_admin import (
    LabelColours,
    ReadOnlyAdmin,
    ReadOnlyInline,
    SandboxFilter,
    ScopedRelatedFilter,
    TenantAdmin,
    actor_of,
)

REQUEST_LABELS = LabelColours(
    {
        RequestStatus.HELD: "warning",
        RequestStatus.RENDERING: "info",
        RequestStatus.SCREENING: "info",
        RequestStatus.IN_REVIEW: "info",
        RequestStatus.APPROVED: "success",
        RequestStatus.DECLINED: "danger",
        RequestStatus.FAILED: "danger",
        RequestStatus.CHANGES_REQUESTED: "warning",
    }
)
VERSION_LABELS = LabelColours(
    {
        VersionStatus.CURRENT: "success",
        VersionStatus.TAKEN_DOWN: "danger",
        VersionStatus.SCHEDULED: "info",
    }
)


def _page(name: str, row: Model, words: str | Promise, *, sandbox: bool) -> str:
    """A link to the row's own page, which nothing in a sandbox has."""
    if sandbox:
        return "–"
    return format_html('<a href="{}">{}</a>', reverse(name, args=[row.pk]), words)


@admin.register(Bot)
class BotAdmin(TenantAdmin):
    can_add = True
    can_change = True
    list_display = ["name", "brand", "external_id", "client", "created_at", "page"]
    list_filter = [SandboxFilter, ("brand", ScopedRelatedFilter), ("client", ScopedRelatedFilter)]
    list_select_related = ["brand", "client"]
    search_fields = ["name", "external_id"]
    fields = ["brand", "external_id", "name"]

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> list[str]:
        # A bot never changes hands, and its platform knows it by this id.
        fixed = ["brand", "external_id", "client", "sandbox", "created_at", "page"]
        return fixed if obj else []

    def get_fields(self, request: HttpRequest, obj: Any = None) -> list[str]:
        told = ["client", "sandbox", "created_at", "page"]
        return [*self.fields, *told] if obj else list(self.fields)

    @display(description=_("page"))
    def page(self, bot: Bot) -> str:
        return _page("pages:bot-detail", bot, _("Avatar and versions"), sandbox=bot.sandbox)

    def write(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> Bot:
        if change:
            brand, client, external_id = obj.brand, obj.client, obj.external_id
        else:
            brand, client = form.cleaned_data["brand"], None
            external_id = form.cleaned_data["external_id"]
        bot, _created = register_bot(
            actor=actor_of(request),
            brand=brand,
            client=client,
            external_id=external_id,
            name=form.cleaned_data["name"],
            only_new=not change,
            sandbox=change and obj.sandbox,
        )
        return bot


class SteeredAdmin(ReadOnlyAdmin):
    """Rows that nobody edits, with actions for the managers of their brands."""

    def has_steer_permission(self, request: HttpRequest) -> bool:
        return self.may_write(request, None)

    def managed(self, request: HttpRequest, rows: QuerySet) -> list[Any]:
        """Those of ``rows`` whose brands the person manages."""
        return [row for row in rows if has_role(request.user, row.brand_id, Role.MANAGER)]


class CandidateInline(ReadOnlyInline):
    model = Candidate
    fields = ["index", "status", "verdict", "seed", "attempts", "last_error", "pixel_sha256"]
    readonly_fields = fields
    ordering = ["index"]
    show_change_link = False


@admin.register(GenerationRequest)
class RequestAdmin(SteeredAdmin):
    list_display = [
        "bot", "brand", "shown_status", "shown_reason", "requester", "created_at", "page",
    ]  # fmt: skip
    list_filter = ["status", "priority", SandboxFilter, ("brand", ScopedRelatedFilter)]
    list_select_related = ["bot", "brand", "requested_by", "client"]
    search_fields = ["bot__name", "external_id", "correlation_id"]
    inlines = [CandidateInline]
    actions = ["cancel", "retry"]

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> list[str]:
        fields = super().get_readonly_fields(request, obj)
        return ["shown_reason" if name == "reason" else name for name in fields]

    def get_queryset(self, request: HttpRequest) -> QuerySet:
        return (
            super()
            .get_queryset(request)
            .select_related("style_revision__style", "base_model", "continues__bot")
        )

    @display(description=_("status"), label=REQUEST_LABELS, ordering="status")
    def shown_status(self, request: GenerationRequest) -> tuple[str, str]:
        return request.status, request.get_status_display()

    @display(description=_("reason"), ordering="reason", empty_value="–")
    def shown_reason(self, request: GenerationRequest) -> str | None:
        return moderation().reason_in_words(request.reason) if request.reason else None

    @display(description=_("asked by"))
    def requester(self, request: GenerationRequest) -> str:
        return str(request.client or request.requested_by)

    @display(description=_("page"))
    def page(self, request: GenerationRequest) -> str:
        return _page(
            "pages:request-detail", request, _("Progress and outcome"), sandbox=request.sandbox
        )

    def _steer(self, request: HttpRequest, rows: QuerySet, deed: Any, done: Any) -> None:
        self.carry_out(
            request,
            [
                lambda row=row: deed(actor=actor_of(request), request_id=row.pk)
                for row in self.managed(request, rows)
            ],
            done,
        )

    @admin.action(description=_("Cancel the selected requests"), permissions=["steer"])
    def cancel(self, request: HttpRequest, rows: QuerySet) -> None:
        done = ngettext_lazy(
            "%(count)s request is cancelled.", "%(count)s requests are cancelled.", "count"
        )
        self._steer(request, rows, cancel_request, done)

    @admin.action(description=_("Try the selected requests again"), permissions=["steer"])
    def retry(self, request: HttpRequest, rows: QuerySet) -> None:
        done = ngettext_lazy(
            "%(count)s request is queued again.", "%(count)s requests are queued again.", "count"
        )
        self._steer(request, rows, retry_request, done)


@admin.register(AvatarVersion)
class VersionAdmin(SteeredAdmin):
    list_display = ["bot", "number", "brand", "shown_status", "published_at", "page"]
    list_filter = ["status", SandboxFilter, ("brand", ScopedRelatedFilter)]
    list_select_related = ["bot", "brand"]
    search_fields = ["bot__name", "pixel_sha256", "file_sha256"]
    actions = ["take_down"]

    def get_queryset(self, request: HttpRequest) -> QuerySet:
        return super().get_queryset(request).select_related("candidate", "rolled_back_to__bot")

    @display(description=_("status"), label=VERSION_LABELS, ordering="status")
    def shown_status(self, version: AvatarVersion) -> tuple[str, str]:
        return version.status, version.get_status_display()

    @display(description=_("page"))
    def page(self, version: AvatarVersion) -> str:
        return _page(
            "pages:version-detail", version, _("Where it comes from"), sandbox=version.bot.sandbox
        )

    @admin.action(
        description=_("Take the selected pictures of a sandbox down"), permissions=["steer"]
    )
    def take_down(self, request: HttpRequest, rows: QuerySet) -> None:
        """Only of a sandbox: a live bot has a page, where whoever takes down says why."""
        managed = self.managed(request, rows)
        if any(not row.bot.sandbox for row in managed):
            self.message_user(
                request, _("A live avatar is taken down on its bot's page."), messages.ERROR
            )
        self.carry_out(
            request,
            [
                lambda row=row: take_down(
                    actor=actor_of(request),
                    bot_id=row.bot_id,
                    reason=str(_("Taken down in the web admin.")),
                    shown=row.pixel_sha256,
                )
                for row in managed
                if row.bot.sandbox
            ],
            ngettext_lazy(
                "%(count)s picture is taken down.", "%(count)s pictures are taken down.", "count"
            ),
        )
