"""The ground under every admin page: tenancy, roles, and writes through services only.

Staff open the admin; what they see there are the rows of the brands they are members of, and what
they change is what their role in that brand allows. Superusers see and may everything. Django's
own permissions are not asked, for they know no brands.
"""

from __future__ import annotations

from typing import Any, cast
from uuid import UUID

from django.contrib import admin, messages
from django.db import models
from django.db.models import QuerySet
from django.forms import BaseForm, ModelForm
from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy as _
from unfold.admin import ModelAdmin, TabularInline
from unfold.decorators import display

from brandhub.accounts.admin_words import name_fields
from brandhub.accounts.models import Brand, Role
from brandhub.accounts.signed_in import person_of
from brandhub.audit.record import Actor
from brandhub.common.counting import BoundedPaginator
from brandhub.common.errors import BrandHubError, Conflict, InvalidInput, Refused
from brandhub.common.sentences import sentence_for, sentence_for_field

_REFUSAL = "_brandhub_refusal"
_STANDING = "_brandhub_standing"
#: The sandbox's filter when nothing is left out.
_BOTH_SIDES = "all"


def admin_of(model: type[models.Model]) -> TenantAdmin:
    """The registered admin of ``model``."""
    return cast(TenantAdmin, admin.site._registry[model])


def actor_of(request: HttpRequest) -> Actor:
    """The signed-in person, as the audit trail knows them."""
    return Actor.person(person_of(request))


def _standing(request: HttpRequest) -> dict[UUID, str]:
    """The person's role by brand, asked once per request: one page asks it for every model."""
    known: dict[UUID, str] | None = getattr(request, _STANDING, None)
    if known is None:
        known = dict(person_of(request).memberships.values_list("brand_id", "role"))
        setattr(request, _STANDING, known)
    return known


def rows_of(request: HttpRequest, rows: QuerySet, path: str, *roles: str) -> QuerySet:
    """``rows`` whose brand, at the end of ``path``, is one of the person's.

    With ``roles``, one in which they have such a role. A brand's own rows have the path ``pk``.
    """
    if request.user.is_superuser:
        return rows
    brands = [brand for brand, role in _standing(request).items() if not roles or role in roles]
    # A subquery: joining a many-to-many would show a row once for each brand.
    keys = rows.model._default_manager.filter(**{f"{path}__in": brands})
    return rows.filter(pk__in=keys.values("pk"))


class ScopedRelatedFilter(admin.RelatedFieldListFilter):
    """A list filter by a related object that offers what the person may see, and nothing else."""

    def field_choices(
        self, field: Any, request: HttpRequest, model_admin: admin.ModelAdmin
    ) -> list[tuple[Any, Any]]:
        related = field.remote_field.model
        registered = model_admin.admin_site._registry.get(related)
        rows = registered.get_queryset(request) if registered else related.objects.none()
        return [(row.pk, str(row)) for row in rows.order_by(*related._meta.ordering)]


class LabelColours(dict[str, str]):
    """Which colour the label of a status has; grey is that of one that is not here.

    Of a status that a plain dictionary lacks Unfold would show the code in place of the words.
    """

    def __missing__(self, status: str) -> str:
        return ""


class SandboxFilter(admin.SimpleListFilter):
    """Lists show what is live until somebody asks for the sandbox.

    The model says where the flag is; for one that does not, a subclass names the ``path``.
    """

    title = _("sandbox")
    parameter_name = "sandbox"
    path = ""

    def lookups(self, request: HttpRequest, model_admin: admin.ModelAdmin) -> Any:
        return [("only", _("In a sandbox")), (_BOTH_SIDES, _("All"))]

    def choices(self, changelist: Any) -> Any:
        live, *others = super().choices(changelist)
        yield {**live, "display": _("Live")}
        yield from others

    def queryset(self, request: HttpRequest, queryset: QuerySet) -> QuerySet:
        if self.value() == _BOTH_SIDES:
            return queryset
        return queryset.filter(**{self.path_of(queryset.model): self.value() == "only"})

    @classmethod
    def path_of(cls, model: Any) -> str:
        """From a row of ``model`` to the flag."""
        return cls.path or model.SANDBOX


class TenantAdmin(ModelAdmin):
    """Base of every model's admin; see the module."""

    #: From the model to its brand; empty for what belongs to no brand and only superusers see.
    brand_path = "brand"
    #: Whether staff of any brand may read what belongs to none, such as base models.
    shared = False
    list_select_related: Any = ()
    can_add = False
    can_change = False
    #: The roles that see the rows at all; whoever else finds no such page.
    reading_roles: tuple[str, ...] = (Role.MANAGER, Role.REVIEWER, Role.VIEWER)
    writing_roles: tuple[str, ...] = (Role.MANAGER,)
    list_per_page = 50
    paginator = BoundedPaginator
    show_full_result_count = False
    compressed_fields = True
    list_filter_submit = False
    actions: Any = None
    warn_unsaved_form = True

    def __init__(self, model: type[models.Model], admin_site: admin.AdminSite) -> None:
        super().__init__(model, admin_site)
        for named in (model, *(inline.model for inline in self.inlines)):
            name_fields(named)

    # --- Who sees and may what -------------------------------------------------------------

    def get_queryset(self, request: HttpRequest) -> QuerySet:
        rows = super().get_queryset(request)
        if self.list_select_related:
            # Django leaves this out where a subclass reads further relations for its own ends.
            rows = rows.select_related(*self.list_select_related)
        if request.user.is_superuser or self.shared:
            return rows
        if not self.brand_path:
            return rows.none()
        return rows_of(request, rows, self.brand_path, *self.reading_roles)

    def brand_of(self, obj: models.Model) -> UUID:
        """The key of the brand whose roles count for ``obj``."""
        found: Any = obj
        for step in self.brand_path.split("__"):
            found = getattr(found, step)
        return found if isinstance(found, UUID) else found.pk

    def has_module_permission(self, request: HttpRequest) -> bool:
        return self.has_view_permission(request)

    def has_view_permission(self, request: HttpRequest, obj: models.Model | None = None) -> bool:
        user = request.user
        if not (user.is_active and user.is_staff):
            return False
        if user.is_superuser or self.shared:
            return True
        if not self.brand_path:
            return False
        if obj is None:
            return any(role in self.reading_roles for role in _standing(request).values())
        return self.get_queryset(request).filter(pk=obj.pk).exists()

    def may_write(self, request: HttpRequest, obj: models.Model | None) -> bool:
        """Whether the person's role lets them change ``obj``, or add one where that is None."""
        user = request.user
        if not (user.is_active and user.is_staff):
            return False
        if user.is_superuser:
            return True
        if not self.brand_path:
            return False
        held = _standing(request)
        if obj is None:
            return any(role in self.writing_roles for role in held.values())
        return held.get(self.brand_of(obj)) in self.writing_roles

    def has_add_permission(self, request: HttpRequest, *args: Any) -> bool:
        return self.can_add and self.may_write(request, None)

    def has_change_permission(self, request: HttpRequest, obj: models.Model | None = None) -> bool:
        return self.can_change and self.may_write(request, obj)

    def has_delete_permission(self, request: HttpRequest, obj: models.Model | None = None) -> bool:
        """Nothing is deleted here: rows are history, or have a service of their own."""
        return False

    def _get_obj_does_not_exist_redirect(
        self, request: HttpRequest, opts: Any, object_id: str
    ) -> HttpResponse:
        # Django goes to the index and says that the object is missing; ours is a plain 404.
        raise Http404

    # --- Both sides of the sandbox in one list --------------------------------------------

    def get_list_display(self, request: HttpRequest) -> list[Any]:
        """The list's columns; where it shows both sides of the sandbox, which one a row is of."""
        columns = list(super().get_list_display(request))
        both = request.GET.get(SandboxFilter.parameter_name) == _BOTH_SIDES
        return [*columns, "side"] if both and self._path_to_side() else columns

    def _path_to_side(self) -> str:
        for each in self.list_filter:
            if isinstance(each, type) and issubclass(each, SandboxFilter):
                return each.path_of(self.model)
        return ""

    @display(description=_("sandbox"), label=LabelColours(test="warning", live="success"))
    def side(self, row: Any) -> tuple[str, Any]:
        found: Any = row
        for step in self._path_to_side().split("__"):
            found = getattr(found, step)
        return ("test", _("In a sandbox")) if found else ("live", _("Live"))

    # --- Pickers ---------------------------------------------------------------------------

    def formfield_for_foreignkey(
        self, db_field: models.ForeignKey, request: HttpRequest, **kwargs: Any
    ) -> Any:
        kwargs.setdefault("queryset", self.offered(request, db_field.remote_field.model))
        return super().formfield_for_foreignkey(db_field, request, **kwargs)

    def formfield_for_manytomany(
        self, db_field: models.ManyToManyField, request: HttpRequest, **kwargs: Any
    ) -> Any:
        kwargs.setdefault("queryset", self.offered(request, db_field.remote_field.model))
        return super().formfield_for_manytomany(db_field, request, **kwargs)

    def offered(self, request: HttpRequest, related: type[models.Model]) -> QuerySet:
        """What a picker offers: brands that the person may write in, or what they may see."""
        if related is Brand:
            return Brand.objects.with_role(person_of(request), *self.writing_roles)
        registered = self.admin_site._registry.get(related)
        if registered is None:
            return related._default_manager.none()
        return registered.get_queryset(request)

    # --- Writing ---------------------------------------------------------------------------

    def write(
        self, request: HttpRequest, obj: models.Model, form: BaseForm, change: bool
    ) -> models.Model:
        """Call the service that carries the form out, and return the row it wrote."""
        raise TypeError(f"{type(self).__name__} lets a form be saved and names no service for it")

    def save_model(self, request: HttpRequest, obj: Any, form: BaseForm, change: bool) -> None:
        written = self.write(request, obj, form, change)
        # The form's own instance was never saved; the log and the redirect speak of this one.
        obj.pk = written.pk
        obj._state.adding = False
        obj.refresh_from_db()
        for action in self.get_actions_submit_line(request, obj.pk):
            if action.action_name in request.POST:
                action.method(request, obj)

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:
        """Inlines go through services as well: see ``write_inline`` of each inline."""
        for formset in formsets:
            self.write_inline(request, form.instance, formset)

    def write_inline(self, request: HttpRequest, obj: Any, formset: Any) -> None:
        if formset.has_changed():
            raise TypeError(f"{type(self).__name__} names no service for {formset.model}")

    def changeform_view(
        self,
        request: HttpRequest,
        object_id: str | None = None,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> Any:
        """As Django's; what a service refuses comes back as an error of the same filled form."""
        try:
            return super().changeform_view(request, object_id, form_url, extra_context)
        except (Conflict, InvalidInput, Refused) as refusal:
            setattr(request, _REFUSAL, refusal)
            return super().changeform_view(request, object_id, form_url, extra_context)

    def get_form(
        self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any
    ) -> type[ModelForm]:
        base = super().get_form(request, obj, change, **kwargs)
        refusal: BrandHubError | None = getattr(request, _REFUSAL, None)
        if refusal is None:
            return base
        told: BrandHubError = refusal

        class Refusing(base):  # type: ignore[valid-type, misc]
            def clean(self) -> Any:
                cleaned = super().clean()
                for error in getattr(told, "errors", ()):
                    field = error.pointer.strip("/").split("/")[0]
                    self.add_error(
                        field if field in self.fields else None, sentence_for_field(error)
                    )
                if not getattr(told, "errors", ()):
                    self.add_error(None, sentence_for(told))
                return cleaned

        return Refusing

    def carry_out(self, request: HttpRequest, deeds: Any, done: Any) -> None:
        """Run each of ``deeds`` and say how many were ``done`` and why any was refused.

        ``done`` is an ``ngettext_lazy`` with the number ``count``.
        """
        count = 0
        for deed in deeds:
            try:
                deed()
            except (Conflict, InvalidInput, Refused) as refusal:
                self.message_user(request, sentence_for(refusal), messages.ERROR)
            else:
                count += 1
        if count:
            self.message_user(request, done % {"count": count}, messages.SUCCESS)


class ReadOnlyAdmin(TenantAdmin):
    """A model whose rows only services write: shown, searched, filtered, never edited."""

    warn_unsaved_form = False

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> list[str]:
        return [
            *(field.name for field in self.model._meta.fields),
            *super().get_readonly_fields(request, obj),
        ]


class ReadOnlyInline(TabularInline):
    """Rows of a parent that the person may already see."""

    extra = 0
    max_num = 0
    can_delete = False
    show_change_link = True
    tab = True

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return request.user.is_active and request.user.is_staff

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False
