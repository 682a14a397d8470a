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
from moderation.casework import case_rows, has_claimable
from moderation.permissions import REVIEWERS
from moderation.queue_filters import QueueForm
from moderation.selectors.queue import decided_page, queue_page
from moderation.services import claim_next_case

_PAGE_SIZE = 25
#: Where a session keeps what its person wants of the queue, so that the next case is of it, too.
_KEPT = "review_filters"


def require_a_reviewer(request: SignedInRequest) -> None:
    """Raise ``PermissionDenied`` for who reviews in no brand."""
    if not Brand.objects.with_role(request.user, *REVIEWERS).exists():
        raise PermissionDenied


@login_required
@require_safe
def review_queue(request: SignedInRequest) -> HttpResponse:
    """Cases that wait, the longest waiting first; or those decided, the latest first."""
    require_a_reviewer(request)
    after = request.GET.get("after", "")
    context: dict[str, Any] = {"now": timezone.now()}
    if request.GET.get("show") == "decided":
        page = decided_page(request.user, after=after, size=_PAGE_SIZE)
        context |= {"decided": True}
    else:
        form = QueueForm(request.GET, user=request.user)
        filters = form.filters()
        _keep(request, form.kept())
        page = queue_page(request.user, filters, after=after, size=_PAGE_SIZE)
        context |= {
            "form": form,
            "has_next": has_claimable(request.user, filters),
        }
    context |= {"page": page, "rows": case_rows(page.rows)}
    return render(request, "moderation/review_queue.html", context)


def _keep(request: SignedInRequest, chosen: dict[str, str]) -> None:
    """Remember the filters; a session is written only where they changed."""
    if chosen != request.session.get(_KEPT, {}):
        request.session[_KEPT] = chosen


@login_required
@require_POST
def review_next(request: SignedInRequest) -> HttpResponse:
    """Claim the case that has waited longest and open it."""
    require_a_reviewer(request)
    return take_next(request)


def take_next(request: SignedInRequest) -> HttpResponse:
    """The next case that the person may decide, claimed for them, or the queue without one.

    The next one of the queue as they filtered it last.
    """
    form = QueueForm(request.session.get(_KEPT, {}), user=request.user)
    case = claim_next_case(
        actor=Actor.person(request.user), user=request.user, filters=form.filters()
    )
    if case is not None:
        return redirect("pages:review-case", pk=case.pk)
    messages.info(request, _("No case is waiting for you."))
    return redirect("pages:review-queue")
