"""What a caller of the API may know of: the one place that says so for this app's tables.

A platform's key reaches what its own client registered or asked for, in the brands that it still
has: a live key what is live, a test key what is in the client's sandbox. A person reaches
everything live of their brands. The rest looks as if it did not exist.
"""

from typing import TypeVar
from uuid import UUID

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from avatars.models import AvatarVersion, Bot, Candidate, GenerationRequest
from brandhub.accounts.callers import Caller
from brandhub.accounts.querysets import SandboxedQuerySet
from brandhub.common.errors import Conflict, NotFound

Q = TypeVar("Q", bound=SandboxedQuerySet)


def bots_of(caller: Caller) -> QuerySet[Bot]:
    """Bots that the caller may know of, with their brand."""
    rows = caller.within_brands(Bot.objects.select_related("brand"))
    return _own(caller, rows, "client")


def requests_of(caller: Caller) -> QuerySet[GenerationRequest]:
    """Requests that the caller may know of. Previews are of the pages alone."""
    rows = caller.within_brands(GenerationRequest.objects.filter(is_preview=False))
    return _own(caller, rows, "client")


def candidates_of(caller: Caller) -> QuerySet[Candidate]:
    """Candidates of such requests, with request and brand."""
    rows = caller.within_brands(
        Candidate.objects.select_related("request", "brand").filter(request__is_preview=False)
    )
    return _own(caller, rows, "request__client")


def versions_of_caller(caller: Caller) -> QuerySet[AvatarVersion]:
    """Versions of bots that the caller may know of."""
    rows = caller.within_brands(AvatarVersion.objects.all())
    return _own(caller, rows, "bot__client")


def _own(caller: Caller, rows: Q, path: str) -> Q:
    """What is its client's, on the caller's side of the sandbox; a person's rows as they are."""
    if caller.client is None:
        return rows
    rows = rows.in_sandbox(caller.sandbox)  # type: ignore[assignment]
    return rows.filter(**{path: caller.client})


def bot_called(caller: Caller, external_id: str, *, pointer: str | None = None) -> Bot:
    """The caller's bot of that id.

    Raises ``NotFound`` (``bot_not_found``), and ``Conflict`` (``bot_ambiguous``) for a person whose
    brands hold bots of several platforms under one id. ``pointer`` says where in a body it stood.
    """
    found = list(bots_of(caller).filter(external_id=external_id).order_by()[:2])
    if not found:
        extra = {"pointer": pointer} if pointer else {}
        raise NotFound(_("There is no such bot."), code="bot_not_found", **extra)
    if len(found) > 1:
        raise Conflict(_("Several platforms have a bot of this id."), code="bot_ambiguous")
    return found[0]


def request_called(caller: Caller, request_id: UUID) -> GenerationRequest:
    """The caller's request of that id. Raises ``NotFound``."""
    found = requests_of(caller).select_related("brand").filter(pk=request_id).first()
    if found is None:
        raise NotFound(_("There is no such request."), code="request_not_found")
    return found
