"""The reviewers' queue: what waits, what was decided, and the next case."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from brandhub.accounts.models import Brand
from brandhub.accounts.signed_in import SignedInRequest
from brandhub.audit.record import Actor
from brandhub.common.errors import Conflict, Refused
from brandhub.common.keyset import keyset_page
from moderation.casework import claimable_for, decided_rows, queue_rows
from moderation.permissions import REVIEWERS
from moderation.services import claim_case

#: The queue is worked off from its head; more than this is never on the page at once.
_QUEUE_SHOWN = 50
#: So many cases are tried before "the next one" gives up against quicker colleagues.
_CLAIM_TRIES = 5


def _reviewers_only(request: SignedInRequest) -> None:
    if not Brand.objects.with_role(request.user, *REVIEWERS).exists():
        raise PermissionDenied


@login_required
@require_safe
def review_queue(request: SignedInRequest) -> HttpResponse:
    """Cases that wait, the longest waiting first; or those decided, the latest first."""
    _reviewers_only(request)
    context: dict[str, Any] = {"now": timezone.now()}
    if request.GET.get("show") == "decided":
        page = keyset_page(decided_rows(request.user), after=request.GET.get("after", ""))
        context |= {"page": page, "rows": page.rows}
    else:
        context |= {
            "rows": list(queue_rows(request.user)[:_QUEUE_SHOWN]),
            "next_case": claimable_for(request.user).first(),
        }
    return render(request, "moderation/review_queue.html", context)


@login_required
@require_POST
def review_next(request: SignedInRequest) -> HttpResponse:
    """Claim the case that has waited longest and open it."""
    _reviewers_only(request)
    return take_next(request)


def take_next(request: SignedInRequest) -> HttpResponse:
    """The next case that the person may decide, claimed for them, or the queue without one."""
    for case in claimable_for(request.user)[:_CLAIM_TRIES]:
        try:
            claim_case(actor=Actor.person(request.user), user=request.user, case_id=case.pk)
        except (Conflict, Refused):
            # A colleague was quicker; the one after it is as good.
            continue
        return redirect("pages:review-case", pk=case.pk)
    messages.info(request, _("No case is waiting for you."))
    return redirect("pages:review-queue")
