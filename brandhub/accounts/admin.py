"""People, API clients and keys in the web admin. Brands are in ``styles.admin``, with palettes."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import admin
from django.contrib.auth.forms import UserCreationForm
from django.contrib.auth.models import Group
from django.core.exceptions import PermissionDenied
from django.db.models import Prefetch, QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import URLPattern, path
from django.utils import timezone
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext_lazy
from django.views.decorators.debug import sensitive_variables
from unfold.decorators import display
from unfold.widgets import (
    UnfoldAdminPasswordWidget,
    UnfoldAdminSelectWidget,
    UnfoldAdminSplitDateTimeWidget,
    UnfoldAdminTextInputWidget,
)

from brandhub.accounts.models import ApiClient, ApiKey, Brand, Scope, User
from brandhub.accounts.permissions import clients_managed_by
from brandhub.accounts.services import (
    change_client,
    change_person,
    create_client,
    create_person,
    issue_key,
    revoke_key,
)
from brandhub.accounts.signed_in import person_of
from brandhub.accounts.tenant_admin import (
    LabelColours,
    ReadOnlyAdmin,
    ReadOnlyInline,
    ScopedRelatedFilter,
    TenantAdmin,
    actor_of,
    admin_of,
    rows_of,
)
from brandhub.common.errors import InvalidInput
from brandhub.common.sentences import sentence_for, sentence_for_field

admin.site.unregister(Group)


class PersonAddForm(UserCreationForm):
    class Meta:
        model = User
        fields = ["username", "first_name", "last_name", "email", "is_staff", "is_superuser"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in ("password1", "password2"):
            self.fields[name].widget = UnfoldAdminPasswordWidget(
                attrs={"autocomplete": "new-password"}
            )


class PersonChangeForm(forms.ModelForm):
    class Meta:
        model = User
        fields = [
            "username",
            "first_name",
            "last_name",
            "email",
            "is_active",
            "is_staff",
            "is_superuser",
        ]


@admin.register(User)
class PersonAdmin(TenantAdmin):
    """For superusers: who may sign in. Roles are given on the brand's page."""

    brand_path = ""
    can_add = True
    can_change = True
    form = PersonChangeForm
    add_form = PersonAddForm
    list_display = ["username", "full_name", "email", "is_active", "is_staff", "is_superuser"]
    list_filter = ["is_active", "is_staff", "is_superuser"]
    search_fields = ["username", "first_name", "last_name", "email"]
    ordering = ["username"]
    readonly_fields = ["last_login", "date_joined"]

    @display(description=_("name"))
    def full_name(self, person: User) -> str:
        return person.get_full_name()

    def get_form(
        self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any
    ) -> Any:
        if obj is None:
            kwargs["form"] = self.add_form
        return super().get_form(request, obj, change, **kwargs)

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        return self.readonly_fields if obj else []

    @sensitive_variables("values")
    def write(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> User:
        values = dict(form.cleaned_data)
        if change:
            return change_person(actor=actor_of(request), person_id=obj.pk, **values)
        values["password"] = values.pop("password1")
        del values["password2"]
        return create_person(actor=actor_of(request), **values)


MODE_LABELS = LabelColours({ApiKey.Mode.LIVE: "success", ApiKey.Mode.TEST: "warning"})


def _beginning_of(key: ApiKey) -> str:
    """What may be shown of a key for ever, on one line."""
    return format_html('<span class="whitespace-nowrap">bh_{}_{}_…</span>', key.mode, key.prefix)


class KeyInline(ReadOnlyInline):
    model = ApiKey
    fields = ["name", "shown_prefix", "shown_mode", "expires_at", "revoked_at", "last_used_at"]
    readonly_fields = fields

    @display(description=_("key"))
    def shown_prefix(self, key: ApiKey) -> str:
        return _beginning_of(key)

    @display(description=_("mode"))
    def shown_mode(self, key: ApiKey) -> str:
        return key.get_mode_display()


class IssueKeyForm(forms.Form):
    name = forms.CharField(label=_("Name"), max_length=120, widget=UnfoldAdminTextInputWidget())
    mode = forms.ChoiceField(
        label=_("Mode"),
        choices=ApiKey.Mode.choices,
        widget=UnfoldAdminSelectWidget(),
        help_text=_(
            "What is made with a test key stays in a sandbox: its pictures are marked and approved "
            "at once, and nothing live is touched."
        ),
    )
    scopes = forms.MultipleChoiceField(
        label=_("Scopes"), choices=Scope.choices, widget=forms.CheckboxSelectMultiple
    )
    expires_at = forms.SplitDateTimeField(
        label=_("Expires"), required=False, widget=UnfoldAdminSplitDateTimeWidget()
    )


@admin.register(ApiClient)
class ApiClientAdmin(TenantAdmin):
    brand_path = "brands"
    can_add = True
    can_change = True
    list_display = ["name", "owner", "brand_names", "is_active", "max_priority"]
    list_filter = ["is_active", ("brands", ScopedRelatedFilter)]
    search_fields = ["name"]
    fields = ["name", "brands", "max_priority", "requests_per_minute", "is_active"]
    inlines = [KeyInline]
    change_form_before_template = "admin/issue_key_link.html"

    def get_queryset(self, request: HttpRequest) -> QuerySet:
        # Those of its brands that the person may see; a client can serve others as well.
        seen = Prefetch(
            "brands", Brand.objects.visible_to(person_of(request)), to_attr="seen_brands"
        )
        return super().get_queryset(request).select_related("owner").prefetch_related(seen)

    def may_write(self, request: HttpRequest, obj: Any) -> bool:
        """Only who manages every brand of a client may change it, or hand out its keys."""
        if obj is None or request.user.is_superuser:
            return super().may_write(request, obj)
        managed = clients_managed_by(person_of(request)).filter(pk=obj.pk)
        return request.user.is_staff and managed.exists()

    @display(description=_("brands"))
    def brand_names(self, client: Any) -> str:
        return ", ".join(brand.name for brand in client.seen_brands)

    def get_inlines(self, request: HttpRequest, obj: Any) -> list[Any]:
        return self.inlines if obj else []

    def get_fields(self, request: HttpRequest, obj: Any = None) -> list[str]:
        # A read-only form would name every brand of the client, others' too.
        if obj is not None and not self.may_write(request, obj):
            return [name for name in self.fields if name != "brands"]
        return list(self.fields)

    def write(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> ApiClient:
        values = dict(form.cleaned_data)
        brands = list(values.pop("brands"))
        if change:
            return change_client(actor=actor_of(request), client_id=obj.pk, brands=brands, **values)
        client = create_client(
            actor=actor_of(request),
            name=values.pop("name"),
            owner=person_of(request),
            brands=brands,
        )
        return change_client(actor=actor_of(request), client_id=client.pk, **values)

    def get_urls(self) -> list[URLPattern]:
        issue = path(
            "<uuid:object_id>/issue-key/",
            self.admin_site.admin_view(self.issue_key_view),
            name="accounts_apiclient_issue_key",
        )
        return [issue, *super().get_urls()]

    @sensitive_variables("text")
    def issue_key_view(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """Draw a key for a client and show it, this once."""
        client = self.get_object(request, object_id)
        if client is None:
            raise Http404
        if not self.may_write(request, client):
            raise PermissionDenied
        form = IssueKeyForm(request.POST or None)
        text = ""
        if request.method == "POST" and form.is_valid():
            try:
                _key, text = issue_key(actor=actor_of(request), client=client, **form.cleaned_data)
            except InvalidInput as error:
                for wrong in error.errors:
                    name = wrong.pointer.strip("/").split("/")[0]
                    form.add_error(name, sentence_for_field(wrong))
                if not error.errors:
                    form.add_error(None, sentence_for(error))
        context = {
            **self.admin_site.each_context(request),
            "title": _("Issue a key"),
            "opts": self.model._meta,
            "original": client,
            "form": form,
            "key_text": text,
        }
        response = render(request, "admin/issue_key.html", context)
        response["Cache-Control"] = "no-store"
        return response


@admin.register(ApiKey)
class ApiKeyAdmin(ReadOnlyAdmin):
    """Keys of clients, and one's own personal tokens. The digest is never shown."""

    brand_path = "client__brands"
    list_display = ["name", "shown_prefix", "client", "shown_mode", "state", "last_used_at"]
    list_filter = ["mode", ("client", ScopedRelatedFilter)]
    search_fields = ["name", "prefix"]
    actions = ["revoke"]

    def get_queryset(self, request: HttpRequest) -> QuerySet:
        rows = ApiKey.objects.select_related("client", "user").order_by("-created_at")
        if request.user.is_superuser:
            return rows
        of_clients = rows_of(request, rows, self.brand_path)
        return of_clients | rows.filter(pk__in=ApiKey.objects.filter(user=person_of(request)))

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> list[str]:
        return [name for name in super().get_readonly_fields(request, obj) if name != "sha256"]

    @display(description=_("key"))
    def shown_prefix(self, key: ApiKey) -> str:
        return _beginning_of(key)

    @display(description=_("mode"), label=MODE_LABELS, ordering="mode")
    def shown_mode(self, key: ApiKey) -> tuple[str, str]:
        return key.mode, key.get_mode_display()

    @display(description=_("state"), label=LabelColours(live="success", expired="warning"))
    def state(self, key: ApiKey) -> tuple[str, Any]:
        if key.revoked_at:
            return "revoked", _("Revoked")
        if key.expires_at and key.expires_at <= timezone.now():
            return "expired", _("Expired")
        return "live", _("Active")

    def has_revoke_permission(self, request: HttpRequest) -> bool:
        return request.user.is_staff

    @admin.action(description=_("Revoke the selected keys"), permissions=["revoke"])
    def revoke(self, request: HttpRequest, keys: QuerySet) -> None:
        clients = admin_of(ApiClient)
        for key in keys:
            own = key.user_id == request.user.pk
            if not own and not (
                request.user.is_superuser or (key.client and clients.may_write(request, key.client))
            ):
                raise PermissionDenied
        self.carry_out(
            request,
            [lambda key=key: revoke_key(actor=actor_of(request), key_id=key.pk) for key in keys],
            ngettext_lazy("%(count)s key is revoked.", "%(count)s keys are revoked.", "count"),
        )
