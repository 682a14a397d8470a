"""Bots: what each wears, what it wore, and taking an avatar back."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from avatars.forms import BotForm, RollBackForm, TakeDownForm
from avatars.models import Bot
from avatars.selectors.listings import request_log_of, wardrobe_of
from avatars.selectors.versions import versions_of
from avatars.services import register_bot, roll_back, take_down
from brandhub.accounts.models import Brand, Role
from brandhub.accounts.permissions import has_role
from brandhub.accounts.signed_in import SignedInRequest
from brandhub.audit.record import Actor
from brandhub.common.error_pages import conflicts_as_messages
from brandhub.common.errors import Conflict
from brandhub.common.keyset import keyset_page
from brandhub.common.sentences import sentence_for

_LATEST_REQUESTS = 5
#: As long as a name may be.
_LONGEST_QUESTION = 120


@login_required
@require_safe
def bot_list(request: SignedInRequest) -> HttpResponse:
    """Every bot of the person's brands with its current avatar, or those of a name."""
    named = request.GET.get("q", "").strip()[:_LONGEST_QUESTION]
    bots = wardrobe_of(request.user, named=named)
    context = {
        "page": keyset_page(bots, after=request.GET.get("after", ""), size=48),
        "named": named,
        "can_register": Brand.objects.with_role(request.user, Role.MANAGER).exists(),
    }
    return render(request, "avatars/bot_list.html", context)


@login_required
@require_http_methods(["GET", "POST"])
def bot_register(request: SignedInRequest) -> HttpResponse:
    """Register a bot by hand, for managers; platforms register theirs through the API."""
    brands = Brand.objects.with_role(request.user, Role.MANAGER)
    if not brands.exists():
        raise PermissionDenied
    form = BotForm(request.POST or None, brands=brands)
    if request.method == "POST" and form.is_valid():
        with conflicts_as_messages(request) as told:
            bot, _created = register_bot(
                actor=Actor.person(request.user), client=None, only_new=True, **form.cleaned_data
            )
        if told.done:
            messages.success(request, _("%(bot)s is registered.") % {"bot": bot.name})
            return redirect("pages:bot-detail", pk=bot.pk)
    return render(request, "avatars/bot_register.html", {"form": form})


@login_required
@require_safe
def bot_detail(request: SignedInRequest, pk: UUID) -> HttpResponse:
    """One bot: current avatar, versions, latest requests."""
    return _page_of(request, pk)


def _page_of(
    request: SignedInRequest,
    pk: UUID,
    *,
    form: TakeDownForm | None = None,
    reason: str = "",
    status: int = 200,
) -> HttpResponse:
    """The bot's page; with a ``form`` to mend, or a ``reason`` that was given for other pixels."""
    bot: Any = get_object_or_404(wardrobe_of(request.user), pk=pk)
    current = bot.worn[0] if bot.worn else None
    page = keyset_page(
        versions_of(bot).select_related("candidate", "rolled_back_to"),
        after=request.GET.get("after", ""),
    )
    context = {
        "bot": bot,
        "current": current,
        "page": page,
        "latest_requests": request_log_of(request.user, bot=bot)[:_LATEST_REQUESTS],
        "can_manage": has_role(request.user, bot.brand, Role.MANAGER),
        "take_down_form": form
        or TakeDownForm(
            initial={"pixel_sha256": current.pixel_sha256 if current else "", "reason": reason}
        ),
        "is_taking_down": bool(form or reason),
    }
    return render(request, "avatars/bot_detail.html", context, status=status)


def _managed_bot(request: SignedInRequest, pk: UUID) -> Bot:
    bot = get_object_or_404(Bot.objects.visible_to(request.user).select_related("brand"), pk=pk)
    if not has_role(request.user, bot.brand, Role.MANAGER):
        raise PermissionDenied
    return bot


@login_required
@require_POST
def bot_roll_back(request: SignedInRequest, pk: UUID) -> HttpResponse:
    """Give the bot back the pixels of an earlier version."""
    bot = _managed_bot(request, pk)
    form = RollBackForm(request.POST)
    if form.is_valid():
        with conflicts_as_messages(request):
            version = roll_back(
                actor=Actor.person(request.user), bot_id=bot.pk, to=form.cleaned_data["to"]
            )
            messages.success(
                request,
                _("%(bot)s now wears version %(number)s.")
                % {"bot": bot.name, "number": version.number},
            )
    return redirect("pages:bot-detail", pk=bot.pk)


@login_required
@require_POST
def bot_take_down(request: SignedInRequest, pk: UUID) -> HttpResponse:
    """Withdraw the bot's current avatar, wherever in the brand these pixels are worn."""
    bot = _managed_bot(request, pk)
    form = TakeDownForm(request.POST)
    if not form.is_valid():
        return _page_of(request, pk, form=form, status=422)
    reason = form.cleaned_data["reason"]
    try:
        withdrawn = take_down(
            actor=Actor.person(request.user),
            bot_id=bot.pk,
            reason=reason,
            shown=form.cleaned_data["pixel_sha256"] or None,
        )
    except Conflict as error:
        messages.error(request, sentence_for(error))
        return _page_of(request, pk, reason=reason, status=409)
    messages.success(
        request,
        ngettext(
            "%(count)s version was taken down.",
            "%(count)s versions with these pixels were taken down.",
            len(withdrawn),
        )
        % {"count": len(withdrawn)},
    )
    return redirect("pages:bot-detail", pk=bot.pk)
