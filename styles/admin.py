"""Brands with palette and members, styles with revisions, base models: the web admin's half."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import admin
from django.db.models import Count, QuerySet
from django.http import HttpRequest
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _
from unfold.admin import TabularInline
from unfold.decorators import action, display
from unfold.widgets import (
    UnfoldAdminColorInputWidget,
    UnfoldAdminTextareaWidget,
    UnfoldAdminTextInputWidget,
)

from brandhub.accounts.models import Brand, Membership, Role, User
from brandhub.accounts.services import add_member, change_brand, create_brand, remove_member
from brandhub.accounts.signed_in import person_of
from brandhub.accounts.tenant_admin import (
    LabelColours,
    ReadOnlyAdmin,
    ReadOnlyInline,
    SandboxFilter,
    ScopedRelatedFilter,
    TenantAdmin,
    actor_of,
    admin_of,
)
from styles.models import (
    AdapterRevision,
    AdapterTraining,
    BaseModel,
    PaletteColour,
    ReferenceImage,
    Style,
    StyleRevision,
)
from styles.services import (
    change_revision,
    change_style,
    create_revision,
    create_style,
    publish_revision,
    remove_colour,
    retire_revision,
    set_colour,
)
from styles.states import RevisionStatus
from styles.workspace.forms import WordsField

REVISION_LABELS = LabelColours(
    {
        RevisionStatus.DRAFT: "warning",
        RevisionStatus.PUBLISHED: "success",
        RevisionStatus.RETIRED: "info",
    }
)


class ManagedInline(TabularInline):
    """Rows of a brand that its managers edit."""

    extra = 0

    def _manages(self, request: HttpRequest, brand: Brand | None) -> bool:
        return admin_of(Brand).may_write(request, brand)

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return request.user.is_staff

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return self._manages(request, obj)

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return self._manages(request, obj)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return self._manages(request, obj)


class RowForm(forms.ModelForm):
    """A form in a table's row, whose inputs are named by nothing but the column's heading."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for field in self.fields.values():
            field.widget.attrs["aria-label"] = field.label


class ColourForm(RowForm):
    class Meta:
        model = PaletteColour
        fields = ["name", "hex", "role", "tolerance", "position"]
        widgets = {"hex": UnfoldAdminColorInputWidget()}


class PaletteInline(ManagedInline):
    model = PaletteColour
    form = ColourForm


class MemberForm(RowForm):
    """A member is named by the user name: a list to pick from would show other brands' people."""

    username = forms.CharField(label=_("User name"), widget=UnfoldAdminTextInputWidget())

    class Meta:
        model = Membership
        fields = ["role"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not self.instance._state.adding:
            self.fields["username"].initial = self.instance.user.username
            self.fields["username"].disabled = True

    def clean_username(self) -> str:
        name = self.cleaned_data["username"]
        person = User.objects.filter(username=name, is_active=True).first()
        if person is None:
            raise forms.ValidationError(_("There is no active person of that user name."))
        self.person = person
        return name


class MemberInline(ManagedInline):
    model = Membership
    form = MemberForm
    fields = ["username", "role"]

    def get_queryset(self, request: HttpRequest) -> QuerySet:
        return super().get_queryset(request).select_related("user")


class BrandForm(forms.ModelForm):
    forbidden_terms = WordsField(
        label=_("Forbidden terms"),
        required=False,
        widget=UnfoldAdminTextareaWidget,
        help_text=_("One a line. No request of this brand may use them; one list, both languages."),
    )
    protected_names = WordsField(
        label=_("Protected names"),
        required=False,
        widget=UnfoldAdminTextareaWidget,
        help_text=_("One a line. A request that uses one of them waits for a person."),
    )

    class Meta:
        model = Brand
        fields = [
            "slug",
            "name",
            "industry",
            "forbidden_terms",
            "protected_names",
            "references_need_rights",
            "queue_weight",
        ]


@admin.register(Brand)
class BrandAdmin(TenantAdmin):
    brand_path = "pk"
    can_add = True
    can_change = True
    form = BrandForm
    list_display = ["name", "slug", "industry", "colours", "queue_weight"]
    search_fields = ["name", "slug"]
    inlines = [PaletteInline, MemberInline]

    def get_queryset(self, request: HttpRequest) -> QuerySet:
        return super().get_queryset(request).prefetch_related("palette")

    def has_add_permission(self, request: HttpRequest, *args: Any) -> bool:
        """A new brand is a new tenant, which superusers let in."""
        return request.user.is_active and request.user.is_superuser

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> list[str]:
        if obj is None:
            return []
        # Turns in the queue are shared out between brands, so no brand sets its own.
        return ["slug"] if request.user.is_superuser else ["slug", "queue_weight"]

    def get_inlines(self, request: HttpRequest, obj: Any) -> list[Any]:
        return self.inlines if obj else []

    @display(description=_("palette"))
    def colours(self, brand: Brand) -> str:
        return ", ".join(colour.name for colour in brand.palette.all())

    def write(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> Brand:
        values = {name: form.cleaned_data[name] for name in form.fields}
        if change:
            return change_brand(actor=actor_of(request), brand_id=obj.pk, **values)
        made = create_brand(
            actor=actor_of(request),
            slug=values.pop("slug"),
            name=values["name"],
            industry=values["industry"],
        )
        return change_brand(actor=actor_of(request), brand_id=made.pk, **values)

    def write_inline(self, request: HttpRequest, obj: Any, formset: Any) -> None:
        write = _write_colour if formset.model is PaletteColour else _write_member
        for form in formset.forms:
            if form.has_changed() and form not in formset.deleted_forms:
                write(request, obj, form)
        for form in formset.deleted_forms:
            if form.instance._state.adding:
                continue
            if formset.model is PaletteColour:
                remove_colour(actor=actor_of(request), brand=obj, colour_id=form.instance.pk)
            else:
                remove_member(actor=actor_of(request), brand=obj, user=form.instance.user)
        formset.new_objects, formset.changed_objects = [], []
        formset.deleted_objects = []


def _write_colour(request: HttpRequest, brand: Brand, form: Any) -> None:
    adding = form.instance._state.adding
    set_colour(
        actor=actor_of(request),
        brand=brand,
        colour_id=None if adding else form.instance.pk,
        **{name: form.cleaned_data[name] for name in ColourForm.Meta.fields},
    )


def _write_member(request: HttpRequest, brand: Brand, form: Any) -> None:
    add_member(
        actor=actor_of(request),
        brand=brand,
        user=form.person,
        role=Role(form.cleaned_data["role"]),
    )


class RevisionInline(ReadOnlyInline):
    model = StyleRevision
    fields = ["number", "status", "base_model", "steps", "guidance_scale", "published_at"]
    readonly_fields = fields
    ordering = ["-number"]

    def get_queryset(self, request: HttpRequest) -> QuerySet:
        return super().get_queryset(request).select_related("base_model")


@admin.register(Style)
class StyleAdmin(TenantAdmin):
    can_add = True
    can_change = True
    list_display = ["name", "brand", "slug", "revision_count"]
    list_filter = [("brand", ScopedRelatedFilter)]
    list_select_related = ["brand"]
    search_fields = ["name", "slug"]
    fields = ["brand", "slug", "name", "description"]
    inlines = [RevisionInline]

    def get_queryset(self, request: HttpRequest) -> QuerySet:
        return super().get_queryset(request).annotate(revision_total=Count("revisions"))

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> list[str]:
        return ["brand", "slug"] if obj else []

    def get_inlines(self, request: HttpRequest, obj: Any) -> list[Any]:
        return self.inlines if obj else []

    @display(description=_("revisions"), ordering="revision_total")
    def revision_count(self, style: Any) -> int:
        return style.revision_total

    def write(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> Style:
        values = form.cleaned_data
        if change:
            return change_style(
                actor=actor_of(request),
                style_id=obj.pk,
                name=values["name"],
                description=values["description"],
            )
        return create_style(actor=actor_of(request), **values)


_RECIPE = [
    "base_model",
    "default_tags",
    "prompt_template",
    "negative_prompt",
    "steps",
    "guidance_scale",
    "guidance_schedule",
    "scheduler",
    "tier",
    "image_size",
]


@admin.register(StyleRevision)
class StyleRevisionAdmin(TenantAdmin):
    """A draft is edited and published; what is published is read and, one day, retired."""

    brand_path = "style__brand"
    can_add = True
    can_change = True
    list_display = ["__str__", "brand_name", "shown_status", "base_model", "published_at"]
    list_filter = ["status", ("style", ScopedRelatedFilter)]
    list_select_related = ["style__brand", "base_model"]
    search_fields = ["style__name", "style__slug"]
    actions_submit_line = ["publish", "retire"]

    @display(description=_("brand"))
    def brand_name(self, revision: StyleRevision) -> str:
        return revision.style.brand.name

    @display(description=_("status"), label=REVISION_LABELS, ordering="status")
    def shown_status(self, revision: StyleRevision) -> tuple[str, str]:
        return revision.status, revision.get_status_display()

    def get_fields(self, request: HttpRequest, obj: Any = None) -> list[str]:
        if obj is None:
            return ["style", *_RECIPE]
        return ["style", "number", "status", *_RECIPE, "published_at"]

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> list[str]:
        if obj is None:
            return []
        fixed = ["style", "number", "status", "published_at"]
        return fixed if obj.status == RevisionStatus.DRAFT else [*fixed, *_RECIPE]

    def offered(self, request: HttpRequest, related: Any) -> QuerySet:
        if related is Style:
            return Style.objects.with_role(person_of(request), *self.writing_roles)
        return super().offered(request, related)

    def get_actions_submit_line(self, request: HttpRequest, object_id: Any) -> list[Any]:
        offered = super().get_actions_submit_line(request, object_id)
        revision = self.get_object(request, str(object_id))
        if revision is None or not self.may_write(request, revision):
            return []
        wanted = {RevisionStatus.DRAFT: "publish", RevisionStatus.PUBLISHED: "retire"}
        name = wanted.get(RevisionStatus(revision.status))
        return [each for each in offered if name and each.action_name.endswith(f"_{name}")]

    def write(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> StyleRevision:
        values = {name: form.cleaned_data[name] for name in _RECIPE if name in form.cleaned_data}
        if not change:
            style = form.cleaned_data["style"]
            return create_revision(actor=actor_of(request), style=style, **values)
        if values:
            return change_revision(actor=actor_of(request), revision_id=obj.pk, **values)
        return obj

    @action(description=_("Save and publish"), icon="publish")
    def publish(self, request: HttpRequest, revision: StyleRevision) -> None:
        publish_revision(actor=actor_of(request), revision_id=revision.pk)
        self.message_user(request, _("The revision is published and frozen."))

    @action(description=_("Retire"), icon="archive")
    def retire(self, request: HttpRequest, revision: StyleRevision) -> None:
        retire_revision(actor=actor_of(request), revision_id=revision.pk)
        self.message_user(request, _("The revision is offered to no further request."))


@admin.register(BaseModel)
class BaseModelAdmin(ReadOnlyAdmin):
    """Shared by all brands, and registered by an operator's command."""

    brand_path = ""
    shared = True
    list_display = ["name", "family", "image_size", "default_steps", "short_hash", "licence"]
    list_filter = ["family"]
    search_fields = ["name", "family"]

    @display(description=_("content hash"))
    def short_hash(self, model: BaseModel) -> str:
        return format_html("<code>{}…</code>", model.content_hash[:12])


@admin.register(AdapterRevision)
class AdapterRevisionAdmin(ReadOnlyAdmin):
    """Uploaded on the product's own pages, checked by workers; here to search and to look at."""

    list_display = ["__str__", "brand", "status", "source", "base_model", "rank", "created_at"]
    list_filter = ["status", "source", ("brand", ScopedRelatedFilter)]
    list_select_related = ["brand", "adapter", "base_model"]
    search_fields = ["adapter__name", "adapter__slug", "file_sha256", "canonical_sha256"]


@admin.register(AdapterTraining)
class AdapterTrainingAdmin(ReadOnlyAdmin):
    """Asked for and steered on the product's own pages."""

    list_display = ["name", "brand", "status", "step", "base_model", "created_at"]
    list_filter = ["status", ("brand", ScopedRelatedFilter)]
    list_select_related = ["brand", "base_model"]
    search_fields = ["name", "slug"]


@admin.register(ReferenceImage)
class ReferenceImageAdmin(ReadOnlyAdmin):
    list_display = [
        "__str__",
        "brand",
        "in_library",
        "width",
        "height",
        "rights_holder",
        "licence",
        "created_at",
    ]
    list_filter = [SandboxFilter, ("brand", ScopedRelatedFilter)]
    list_select_related = ["brand"]
    search_fields = ["rights_holder"]
