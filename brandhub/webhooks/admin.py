"""Webhook endpoints and deliveries in the web admin. A secret is shown once and never again."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import URLPattern, path
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext_lazy
from django.views.decorators.debug import sensitive_variables
from unfold.decorators import display
from unfold.widgets import UnfoldAdminURLInputWidget

from brandhub.accounts.models import ApiClient, Role
from brandhub.accounts.permissions import clients_managed_by
from brandhub.accounts.signed_in import person_of
from brandhub.accounts.tenant_admin import (
    LabelColours,
    ReadOnlyAdmin,
    SandboxFilter,
    ScopedRelatedFilter,
    TenantAdmin,
    actor_of,
    admin_of,
)
from brandhub.webhooks.models import Delivery, EventType, WebhookEndpoint
from brandhub.webhooks.services import (
    change_endpoint,
    create_endpoint,
    delete_endpoint,
    ping,
    replay_delivery,
    rotate_secret,
)
from brandhub.webhooks.states import DeliveryStatus

_SECRET = "_brandhub_webhook_secret"  # noqa: S105 -- the name of an attribute

DELIVERY_LABELS = LabelColours(
    {
        DeliveryStatus.DELIVERED: "success",
        DeliveryStatus.ABANDONED: "danger",
        DeliveryStatus.SENDING: "info",
        DeliveryStatus.PENDING: "warning",
    }
)


class EndpointForm(forms.ModelForm):
    url = forms.URLField(
        label=_("Address"),
        max_length=500,
        assume_scheme="https",
        widget=UnfoldAdminURLInputWidget(),
    )
    event_types = forms.MultipleChoiceField(
        label=_("Events"),
        choices=EventType.choices,
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("None chosen means all of them."),
    )

    class Meta:
        model = WebhookEndpoint
        fields = ["client", "sandbox", "url", "event_types", "is_enabled"]


@admin.register(WebhookEndpoint)
class EndpointAdmin(TenantAdmin):
    """For managers alone: the path of such an address is often a secret of the receiver's."""

    brand_path = "client__brands"
    reading_roles = (Role.MANAGER,)
    can_add = True
    can_change = True
    form = EndpointForm
    list_display = ["url", "client", "sandbox", "is_enabled", "disabled_reason", "failing_since"]
    list_filter = ["is_enabled", "sandbox", ("client", ScopedRelatedFilter)]
    list_select_related = ["client"]
    search_fields = ["url", "client__name"]
    actions = ["send_ping", "remove"]
    change_form_before_template = "admin/rotate_secret_link.html"

    def may_write(self, request: HttpRequest, obj: Any) -> bool:
        """Who may change the client may say where it is told."""
        return admin_of(ApiClient).may_write(request, obj.client if obj else None)

    def get_fields(self, request: HttpRequest, obj: Any = None) -> list[str]:
        if obj is None:
            return ["client", "sandbox", "url", "event_types"]
        told = ["is_enabled", "disabled_reason", "failing_since"]
        return ["client", "sandbox", "url", "event_types", *told]

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> list[str]:
        return ["client", "sandbox", "disabled_reason", "failing_since"] if obj else []

    def offered(self, request: HttpRequest, related: Any) -> QuerySet:
        rows = super().offered(request, related)
        if related is ApiClient:
            rows = rows.filter(pk__in=clients_managed_by(person_of(request)))
        return rows

    def write(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> WebhookEndpoint:
        values = dict(form.cleaned_data)
        values.pop("client", None)
        if change:
            return change_endpoint(actor=actor_of(request), endpoint_id=obj.pk, **values)
        endpoint, secret = create_endpoint(
            actor=actor_of(request), client=form.cleaned_data["client"], **values
        )
        setattr(request, _SECRET, secret)
        return endpoint

    def response_add(
        self, request: HttpRequest, obj: Any, post_url_continue: str | None = None
    ) -> HttpResponse:
        """The secret of the new endpoint, this once, instead of going on to its page."""
        return self._shown_once(request, obj, getattr(request, _SECRET))

    def get_urls(self) -> list[URLPattern]:
        rotate = path(
            "<uuid:object_id>/rotate-secret/",
            self.admin_site.admin_view(self.rotate_view),
            name="webhooks_webhookendpoint_rotate_secret",
        )
        return [rotate, *super().get_urls()]

    @sensitive_variables("secret")
    def rotate_view(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """Ask first, then draw a new secret and show it, this once."""
        endpoint = self.get_object(request, object_id)
        if endpoint is None:
            raise Http404
        if not self.may_write(request, endpoint):
            raise PermissionDenied
        if request.method != "POST":
            return self._shown_once(request, endpoint, "")
        _endpoint, secret = rotate_secret(actor=actor_of(request), endpoint_id=endpoint.pk)
        return self._shown_once(request, endpoint, secret)

    def _shown_once(
        self, request: HttpRequest, endpoint: WebhookEndpoint, secret: str
    ) -> HttpResponse:
        context = {
            **self.admin_site.each_context(request),
            "title": _("Signing secret"),
            "opts": self.model._meta,
            "original": endpoint,
            "secret": secret,
        }
        response = render(request, "admin/webhook_secret.html", context)
        response["Cache-Control"] = "no-store"
        return response

    def has_steer_permission(self, request: HttpRequest) -> bool:
        return self.may_write(request, None)

    def _steer(self, request: HttpRequest, rows: QuerySet, deed: Any, done: Any) -> None:
        managed = [row for row in rows if self.may_write(request, row)]
        self.carry_out(
            request,
            [lambda row=row: deed(actor=actor_of(request), endpoint_id=row.pk) for row in managed],
            done,
        )

    @admin.action(description=_("Send a ping"), permissions=["steer"])
    def send_ping(self, request: HttpRequest, rows: QuerySet) -> None:
        done = ngettext_lazy(
            "%(count)s ping is on its way.", "%(count)s pings are on their way.", "count"
        )
        self._steer(request, rows, ping, done)

    @admin.action(
        description=_("Remove the selected endpoints and their deliveries"), permissions=["steer"]
    )
    def remove(self, request: HttpRequest, rows: QuerySet) -> None:
        done = ngettext_lazy(
            "%(count)s endpoint is removed.", "%(count)s endpoints are removed.", "count"
        )
        self._steer(request, rows, delete_endpoint, done)


class DeliverySandboxFilter(SandboxFilter):
    path = "event__sandbox"


@admin.register(Delivery)
class DeliveryAdmin(ReadOnlyAdmin):
    """By the event's brand: a client of two brands has deliveries that only one may see."""

    brand_path = "event__brand"
    reading_roles = (Role.MANAGER,)
    list_display = ["event_type", "endpoint", "shown_status", "attempts", "answer", "created_at"]
    list_filter = ["status", DeliverySandboxFilter, ("endpoint", ScopedRelatedFilter)]
    list_select_related = ["event__brand", "endpoint__client"]
    search_fields = ["event__type", "endpoint__url"]
    actions = ["replay"]

    @display(description=_("event"))
    def event_type(self, delivery: Delivery) -> str:
        return delivery.event.get_type_display()

    @display(description=_("status"), label=DELIVERY_LABELS, ordering="status")
    def shown_status(self, delivery: Delivery) -> tuple[str, str]:
        return delivery.status, delivery.get_status_display()

    @display(description=_("answer"))
    def answer(self, delivery: Delivery) -> str:
        return str(delivery.response_status or delivery.last_error or "–")

    def has_steer_permission(self, request: HttpRequest) -> bool:
        return self.may_write(request, None)

    @admin.action(description=_("Send the selected deliveries again"), permissions=["steer"])
    def replay(self, request: HttpRequest, rows: QuerySet) -> None:
        managed = rows.filter(endpoint__client__in=clients_managed_by(person_of(request)))
        self.carry_out(
            request,
            [
                lambda row=row: replay_delivery(actor=actor_of(request), delivery_id=row.pk)
                for row in managed
            ],
            ngettext_lazy(
                "%(count)s delivery is sent again.", "%(count)s deliveries are sent again.", "count"
            ),
        )
