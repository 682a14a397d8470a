"""``Idempotency-Key``: a creating call that is sent twice creates once.

The stored answer commits in the transaction of what it answers for, so that neither can exist
without the other. Twins wait for each other on an advisory lock of PostgreSQL, which the end of
the transaction frees, however it ends: after a failure the waiting twin simply does the work.
"""

from __future__ import annotations

import contextlib
import functools
import hashlib
import json
import re
from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import Any, TypeVar

from django.core.files.uploadedfile import UploadedFile
from django.db import OperationalError, connection, transaction
from django.http import QueryDict
from django.utils import timezone
from django.utils.translation import gettext as _
from psycopg.errors import LockNotAvailable
from rest_framework.renderers import JSONRenderer
from rest_framework.request import Request
from rest_framework.response import Response

from brandhub.accounts.callers import Caller
from brandhub.accounts.models import IdempotencyRecord
from brandhub.accounts.services.idempotency import KEPT_FOR
from brandhub.api.permissions import caller_of
from brandhub.common.errors import BrandHubError, Conflict, InvalidInput
from brandhub.common.rows import only_row
from brandhub.jobs.boundaries import boundary

HEADER = "Idempotency-Key"
REPLAYED = "Idempotency-Replayed"
TWIN_WAITS = "2s"

_KEY = re.compile(r"[\x21-\x7e]{1,255}")

Handler = TypeVar("Handler", bound=Callable[..., Response])
Afterwards = Callable[[Any, Request, Response], Response]
Receiving = Callable[[Any, Request], AbstractContextManager[None]]


def idempotent(
    *,
    withhold: tuple[str, ...] = (),
    receiving: Receiving | None = None,
    afterwards: Afterwards | None = None,
) -> Callable[[Handler], Handler]:
    """Have a view's ``post`` honour ``Idempotency-Key``.

    With the header the handler runs inside one transaction with the record of its answer. A
    handler that refuses raises, so only answers of 2xx are kept. ``withhold`` names members of
    the answer that are secret: they are never stored, and a replay has null in their place.
    ``receiving`` is entered before the transaction and left after it: it takes in files that are
    larger than a transaction may wait for, and leaves what it has on the view. A call whose answer
    is stored does without.
    ``afterwards`` may change the answer once all is committed, a stored one too.

    Raises ``InvalidInput`` (``idempotency_key_invalid``, ``idempotency_key_reused``) and
    ``Conflict`` (``idempotency_in_progress``) when a twin has not finished within two seconds.
    """

    def decorate(handler: Handler) -> Handler:
        @functools.wraps(handler)
        def answer(view: Any, request: Request, *args: Any, **kwargs: Any) -> Response:
            response = once(view, request, *args, **kwargs)
            return response if afterwards is None else afterwards(view, request, response)

        def once(view: Any, request: Request, *args: Any, **kwargs: Any) -> Response:
            key = request.headers.get(HEADER)
            if key is None:
                with contextlib.nullcontext() if receiving is None else receiving(view, request):
                    return handler(view, request, *args, **kwargs)
            if not _KEY.fullmatch(key):
                raise InvalidInput(
                    _("%(header)s takes 1 to 255 visible ASCII characters.") % {"header": HEADER},
                    code="idempotency_key_invalid",
                )
            caller, fingerprint = caller_of(request), fingerprint_of(request)
            with contextlib.ExitStack() as stack:
                if receiving is not None:
                    if stored := _stored(caller, key):
                        return _replay(stored, fingerprint)
                    try:
                        stack.enter_context(receiving(view, request))
                    except BrandHubError:
                        # A twin may have finished meanwhile, and its own deed be in the way.
                        if stored := _stored(caller, key):
                            return _replay(stored, fingerprint)
                        raise
                stack.enter_context(transaction.atomic())
                _wait_for_twins(caller, key)
                stored = _stored(caller, key)
                if stored is not None:
                    return _replay(stored, fingerprint)
                response = handler(view, request, *args, **kwargs)
                _keep(caller, key, fingerprint, response, withhold)
                boundary("idempotency.before_commit")
            return response

        answer.is_idempotent = True  # type: ignore[attr-defined]
        return answer  # type: ignore[return-value]

    return decorate


def fingerprint_of(request: Request) -> str:
    """SHA-256 of method, path and body, the body by its meaning: order and blanks don't count."""
    if isinstance(request.data, QueryDict):
        items = sorted((name, _digest(item)) for name, item in request.data.items())
        body = json.dumps(items)
    else:
        body = json.dumps(request.data, sort_keys=True, separators=(",", ":"))
    text = "\n".join([str(request.method), request.path, body])
    return hashlib.sha256(text.encode()).hexdigest()


def _digest(item: Any) -> str:
    if not isinstance(item, UploadedFile):
        return str(item)
    digest = hashlib.sha256()
    for chunk in item.chunks():
        digest.update(chunk)
    item.seek(0)
    return digest.hexdigest()


def _wait_for_twins(caller: Caller, key: str) -> None:
    name = f"idempotency:{caller.actor.kind}:{caller.actor.id}:{caller.sandbox}:{key}"
    try:
        with connection.cursor() as cursor:
            # One round trip for the three.
            cursor.execute(
                "SET LOCAL lock_timeout = %s;"
                "SELECT pg_advisory_xact_lock(hashtextextended(%s, 0));"
                "SET LOCAL lock_timeout TO DEFAULT",
                [TWIN_WAITS, name],
            )
    except OperationalError as error:
        if not isinstance(error.__cause__, LockNotAvailable):
            raise
        raise Conflict(
            _("The same call is being carried out right now."),
            code="idempotency_in_progress",
            retry_after=1,
        ) from error


def _stored(caller: Caller, key: str) -> IdempotencyRecord | None:
    record = only_row(
        IdempotencyRecord.objects.filter(
            client=caller.client, user=caller.person, sandbox=caller.sandbox, key=key
        )
    )
    if record is not None and record.created_at <= timezone.now() - KEPT_FOR:
        record.delete()
        return None
    return record


def _keep(
    caller: Caller, key: str, fingerprint: str, response: Response, withhold: tuple[str, ...]
) -> None:
    body = json.loads(JSONRenderer().render(response.data) or b"null")
    for name in withhold:
        body[name] = None
    IdempotencyRecord.objects.create(
        client=caller.client,
        user=caller.person,
        sandbox=caller.sandbox,
        key=key,
        fingerprint=fingerprint,
        response_status=response.status_code,
        response_headers=dict(response.headers.items()),
        response_body=body,
    )


def _replay(record: IdempotencyRecord, fingerprint: str) -> Response:
    if record.fingerprint != fingerprint:
        raise InvalidInput(
            _("This key was used for another call."),
            code="idempotency_key_reused",
        )
    return Response(
        record.response_body,
        status=record.response_status,
        headers={**record.response_headers, REPLAYED: "true"},
    )
