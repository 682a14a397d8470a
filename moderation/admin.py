"""Cases and findings in the web admin: read only, for a case is decided on its own page."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _
from unfold.decorators import display

from brandhub.accounts.tenant_admin import (
    LabelColours,
    ReadOnlyAdmin,
    ReadOnlyInline,
    SandboxFilter,
    ScopedRelatedFilter,
)
from moderation.models import Decision, Finding, ReviewCase
from moderation.permissions import REVIEWERS
from moderation.states import CaseStatus, FindingVerdict
from moderation.templatetags.findings import category_label, check_label, reason_label
from moderation.wordings import CHECKS

CASE_LABELS = LabelColours(
    {
        CaseStatus.OPEN: "warning",
        CaseStatus.CLAIMED: "info",
        CaseStatus.APPROVED: "success",
        CaseStatus.REJECTED: "danger",
        CaseStatus.CHANGES_REQUESTED: "warning",
    }
)
FINDING_LABELS = LabelColours(
    {
        FindingVerdict.PASS: "success",
        FindingVerdict.FLAG: "warning",
        FindingVerdict.UNKNOWN: "warning",
        FindingVerdict.BLOCK: "danger",
    }
)


class DecisionInline(ReadOnlyInline):
    model = Decision
    fields = ["action", "reviewer", "reasons", "comment", "created_at"]
    readonly_fields = fields
    show_change_link = False

    @display(description=_("reasons"), empty_value="–")
    def reasons(self, decision: Decision) -> str | None:
        return " · ".join(map(reason_label, decision.reason_codes)) or None


@admin.register(ReviewCase)
class CaseAdmin(ReadOnlyAdmin):
    reading_roles = REVIEWERS
    list_display = ["bot", "kind", "brand", "shown_status", "claimed_by", "created_at", "page"]
    list_filter = ["status", "kind", ("brand", ScopedRelatedFilter)]
    list_select_related = ["brand", "claimed_by", "request__bot"]
    search_fields = ["request__bot__name"]
    inlines = [DecisionInline]

    @display(description=_("bot"))
    def bot(self, case: ReviewCase) -> str:
        return case.request.bot.name

    @display(description=_("status"), label=CASE_LABELS, ordering="status")
    def shown_status(self, case: ReviewCase) -> tuple[str, str]:
        return case.status, case.get_status_display()

    @display(description=_("page"))
    def page(self, case: ReviewCase) -> str:
        url = reverse("pages:review-case", args=[case.pk])
        return format_html('<a href="{}">{}</a>', url, _("Look and decide"))


class CheckFilter(admin.SimpleListFilter):
    """By check. Django's own would read all findings to see which checks there are."""

    title = _("check")
    parameter_name = "check_name"

    def lookups(self, request: HttpRequest, model_admin: admin.ModelAdmin) -> Iterable[Any]:
        return CHECKS.items()

    def queryset(self, request: HttpRequest, queryset: QuerySet) -> QuerySet:
        return queryset.filter(check_name=self.value()) if self.value() else queryset


class FindingSandboxFilter(SandboxFilter):
    path = "request__sandbox"


@admin.register(Finding)
class FindingAdmin(ReadOnlyAdmin):
    list_display = ["shown_check", "shown_category", "shown_verdict", "score", "threshold", "brand"]
    list_filter = ["verdict", CheckFilter, FindingSandboxFilter, ("brand", ScopedRelatedFilter)]
    list_select_related = ["brand", "request"]
    search_fields = ["check_name", "category"]

    @display(description=_("check"), ordering="check_name")
    def shown_check(self, finding: Finding) -> str:
        return check_label(finding.check_name)

    @display(description=_("category"), ordering="category")
    def shown_category(self, finding: Finding) -> str:
        return category_label(finding.category)

    @display(description=_("verdict"), label=FINDING_LABELS, ordering="verdict")
    def shown_verdict(self, finding: Finding) -> tuple[str, str]:
        return finding.verdict, finding.get_verdict_display()
