"""The web admin's frame: its sidebar, its start page, its door."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.contrib import admin
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.db.models import Count
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.text import Truncator
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache

from avatars.models import AvatarVersion, Bot, GenerationRequest
from avatars.states import OPEN_REQUESTS, RequestStatus, VersionStatus
from brandhub.accounts.signed_in import person_of
from brandhub.jobs.listeners import unheard_queues
from brandhub.templatetags.brandhub import ago
from moderation.selectors.queue import open_case_count

#: Heading of a group, then the models of its lines with their icons (Material Symbols).
_GROUPS = (
    (
        "work",
        (
            ("avatars.bot", "smart_toy"),
            ("avatars.generationrequest", "draw"),
            ("moderation.reviewcase", "rule"),
            ("moderation.finding", "fact_check"),
            ("avatars.avatarversion", "account_circle"),
        ),
    ),
    (
        "library",
        (
            ("accounts.brand", "storefront"),
            ("styles.style", "palette"),
            ("styles.stylerevision", "history_edu"),
            ("styles.adapterrevision", "layers"),
            ("styles.adaptertraining", "model_training"),
            ("styles.referenceimage", "image"),
            ("styles.basemodel", "deployed_code"),
        ),
    ),
    (
        "platforms",
        (
            ("accounts.apiclient", "hub"),
            ("accounts.apikey", "key"),
            ("webhooks.webhookendpoint", "webhook"),
            ("webhooks.delivery", "outgoing_mail"),
        ),
    ),
    ("record", (("audit.auditevent", "receipt_long"), ("accounts.user", "group"))),
)
_DAYS = 14
#: Characters of a name in the table of the start page, which has to fit a phone.
_LONGEST_NAME = 24


@never_cache
def admin_door(request: HttpRequest) -> HttpResponse:
    """Stands in for the admin's own sign-in: there is one, with one lock, for everything."""
    if request.user.is_authenticated:
        # Signed in, and still sent here: not staff.
        raise PermissionDenied
    return redirect_to_login(request.GET.get("next") or reverse("admin:index"))


def sidebar(request: HttpRequest) -> list[dict[str, Any]]:
    """Unfold's sidebar: the models that the person may see, by what they are for."""
    titles = {
        "work": _("Work"),
        "library": _("Library"),
        "platforms": _("Platforms"),
        "record": _("People and record"),
    }
    groups: list[dict[str, Any]] = [
        {
            "title": "",
            "items": [
                {"title": _("Overview"), "icon": "dashboard", "link": reverse("admin:index")},
                {
                    "title": _("Back to the pages"),
                    "icon": "arrow_back",
                    "link": reverse("pages:home"),
                    # Its address begins every other one, which Unfold takes for being there.
                    "active": False,
                },
            ],
        }
    ]
    by_label = {model._meta.label_lower: model for model in admin.site._registry}
    for key, lines in _GROUPS:
        items = []
        for label, icon in lines:
            model = by_label.get(label)
            if model is None or not admin.site._registry[model].has_module_permission(request):
                continue
            link = reverse(f"admin:{label.replace('.', '_')}_changelist")
            title = str(model._meta.verbose_name_plural)
            items.append({"title": title[:1].upper() + title[1:], "icon": icon, "link": link})
        if items:
            groups.append({"title": titles[key], "separator": True, "items": items})
    return groups


def dashboard(request: HttpRequest, context: dict[str, Any]) -> dict[str, Any]:
    """Figures of the person's brands for the start page, each with the list behind it."""
    user = person_of(request)
    requests = GenerationRequest.objects.visible_to(user)
    since = timezone.now() - timedelta(days=_DAYS)
    outcomes = [RequestStatus.APPROVED, RequestStatus.DECLINED, RequestStatus.CHANGES_REQUESTED]
    settled = dict(
        requests.filter(settled_at__gte=since, status__in=outcomes)
        .order_by()
        .values_list("status")
        .annotate(n=Count("pk"))
    )
    decided = sum(settled.values())
    request_list = reverse("admin:avatars_generationrequest_changelist")
    context["title"] = _("Overview")
    # For who can start a worker.
    context["unheard_queues"] = unheard_queues() if user.is_superuser else []
    context["figures"] = [
        {
            "title": _("Cases waiting"),
            "value": open_case_count(user),
            "link": reverse("pages:review-queue"),
        },
        {
            "title": _("Requests in progress"),
            "value": requests.filter(status__in=OPEN_REQUESTS).count(),
            "link": request_list,
        },
        {
            "title": _("Failed requests"),
            "value": requests.filter(status=RequestStatus.FAILED).count(),
            "link": f"{request_list}?status__exact=failed",
        },
        {
            "title": _("Bots with an avatar"),
            "value": AvatarVersion.objects.visible_to(user)
            .filter(status=VersionStatus.CURRENT)
            .count(),
            "of": Bot.objects.visible_to(user).count(),
            "link": reverse("admin:avatars_bot_changelist"),
        },
    ]
    context["outcome_days"] = _DAYS
    context["outcomes"] = [
        {
            "title": str(status.label),
            "count": settled.get(status, 0),
            # As text, for Unfold leaves a zero out.
            "shown": str(settled.get(status, 0)),
            "share": round(100 * settled.get(status, 0) / decided) if decided else 0,
        }
        for status in outcomes
    ]
    context["latest"] = {
        "headers": [_("Bot"), _("Brand"), _("Status"), _("Asked at")],
        "rows": [
            [
                _to_its_page(row),
                Truncator(row.brand.name).chars(_LONGEST_NAME),
                row.get_status_display(),
                ago(row.created_at),
            ]
            for row in requests.select_related("bot", "brand").order_by("-pk")[:8]
        ],
    }
    return context


def _to_its_page(request: GenerationRequest) -> SafeString:
    """The bot's name as a link to its request; cut, for the table breaks no word."""
    return format_html(
        '<a class="text-primary-600 dark:text-primary-500" href="{}">{}</a>',
        reverse("pages:request-detail", args=[request.pk]),
        Truncator(request.bot.name).chars(_LONGEST_NAME),
    )
