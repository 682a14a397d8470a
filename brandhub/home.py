"""The first page after signing in: what waits, what is under way, what is out there."""

from __future__ import annotations

from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from avatars.models import AvatarVersion, Bot, GenerationRequest
from avatars.selectors.listings import request_log_of, wardrobe_of
from avatars.states import OPEN_REQUESTS, VersionStatus
from brandhub.accounts.models import Brand, Role
from brandhub.accounts.signed_in import SignedInRequest
from brandhub.webhooks.selectors import given_up_endpoints_of
from moderation.casework import case_rows, has_claimable
from moderation.selectors.cases import EVERYTHING
from moderation.selectors.queue import open_case_count, queue_page

_CASES_SHOWN = 4
_REQUESTS_SHOWN = 5
_BOTS_SHOWN = 12
_ENDPOINTS_SHOWN = 3


def _first_steps() -> list[dict[str, str]]:
    """The way of a new brand to its first avatar, for a manager whose brands have no bot."""
    return [
        {
            "icon": "palette",
            "url": reverse("pages:brand-list"),
            "title": _("Give the brand its colours"),
            "says": _("Pictures are checked against its palette."),
        },
        {
            "icon": "pen",
            "url": reverse("pages:style-new"),
            "title": _("Write a style and publish it"),
            "says": _("It says what all pictures of the brand have in common."),
        },
        {
            "icon": "bot",
            "url": reverse("pages:bot-register"),
            "title": _("Register a bot"),
            "says": _("A platform can do the same through the API."),
        },
        {
            "icon": "spark",
            "url": reverse("pages:request-new"),
            "title": _("Ask for its avatar"),
            "says": _("Somebody else of the brand approves the picture that goes out."),
        },
    ]


@login_required
@require_safe
def home(request: SignedInRequest) -> HttpResponse:
    """The start page, by what the person does in their brands."""
    user = request.user
    context = {
        "given_up_endpoints": given_up_endpoints_of(user)[:_ENDPOINTS_SHOWN],
        "can_request": Brand.objects.with_role(user, Role.MANAGER).exists(),
        "has_brand": Brand.objects.visible_to(user).exists(),
        "figures": {
            "cases": open_case_count(user),
            "open_requests": GenerationRequest.objects.visible_to(user)
            .filter(status__in=OPEN_REQUESTS, is_preview=False)
            .count(),
            "published": AvatarVersion.objects.visible_to(user)
            .filter(status=VersionStatus.CURRENT)
            .count(),
            "bots": Bot.objects.visible_to(user).count(),
        },
        "cases": case_rows(queue_page(user, EVERYTHING, after="", size=_CASES_SHOWN).rows),
        "now": timezone.now(),
        "next_case": has_claimable(user, EVERYTHING),
        "my_requests": request_log_of(user, group="mine")[:_REQUESTS_SHOWN],
        "bots": wardrobe_of(user)[:_BOTS_SHOWN],
        "first_steps": _first_steps(),
    }
    return render(request, "brandhub/home.html", context)
