"""Lists by cursor: a page starts after a key, so that it costs the same however deep it lies."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.encoding import escape_uri_path
from django.utils.translation import gettext as _
from rest_framework.response import Response

from brandhub.api.parsing import check_text
from brandhub.api.problems import MalformedJson
from brandhub.common.errors import FieldError, InvalidInput
from brandhub.common.links import absolute

DEFAULT_PAGE_SIZE = 20
MAX_PAGE_SIZE = 100

#: Query parameters that every list takes.
PAGE_PARAMETERS = frozenset({"cursor", "page_size"})


@dataclass(frozen=True, slots=True)
class Cursor:
    """A place in a list of one kind of rows: before or after the row with this key."""

    kind: str
    backwards: bool
    key: str

    def encode(self) -> str:
        plain = f"{'b' if self.backwards else 'a'}{self.kind}:{self.key}"
        return base64.urlsafe_b64encode(plain.encode()).decode().rstrip("=")

    @classmethod
    def decode(cls, text: str) -> Cursor:
        """Raises ``InvalidInput`` (``invalid_cursor``) for what this API did not hand out."""
        try:
            padded = text + "=" * (-len(text) % 4)
            plain = base64.b64decode(padded, altchars=b"-_", validate=True).decode()
            check_text(plain)
        except (binascii.Error, ValueError, MalformedJson):
            raise _invalid_cursor() from None
        kind, _separator, key = plain[1:].partition(":")
        if plain[:1] not in {"a", "b"} or not key:
            raise _invalid_cursor()
        return cls(kind, plain[0] == "b", key)


def paginated(
    request: HttpRequest,
    rows: QuerySet[Any],
    represent: Callable[[Sequence[Any]], list[Any]],
    *,
    key: str = "id",
) -> Response:
    """One page of ``rows``, newest first by ``key``, which must be unique and grow with time.

    ``represent`` turns the page's rows into JSON in one go. Raises ``InvalidInput`` for a cursor
    or a page size that makes no sense.
    """
    size = _page_size(request)
    kind = rows.model._meta.label_lower
    text = request.GET.get("cursor")
    cursor = Cursor.decode(text) if text is not None else None
    if cursor is not None and cursor.kind != kind:
        raise _invalid_cursor()
    backwards = cursor is not None and cursor.backwards
    ordered = rows.order_by(key if backwards else f"-{key}")
    if cursor is not None:
        ordered = ordered.filter(
            **{f"{key}__{'gt' if backwards else 'lt'}": _key_of(rows, key, cursor)}
        )
    found = list(ordered[: size + 1])
    more = len(found) > size
    page = found[:size]
    if backwards:
        page.reverse()
    # Whoever came by a cursor came from somewhere; beyond that, the extra row tells.
    has_next = backwards or more
    has_previous = more if backwards else cursor is not None
    return Response(
        {
            "results": represent(page),
            "next": _link(request, Cursor(kind, False, _text(page[-1], key)))
            if has_next and page
            else None,
            "previous": _link(request, Cursor(kind, True, _text(page[0], key)))
            if has_previous and page
            else None,
        }
    )


def _page_size(request: HttpRequest) -> int:
    text = request.GET.get("page_size", str(DEFAULT_PAGE_SIZE))
    short = len(text) <= 3 and text.isascii() and text.isdigit()
    if not short or not 1 <= int(text) <= MAX_PAGE_SIZE:
        raise InvalidInput(
            errors=[
                FieldError(
                    "?page_size",
                    "out_of_range",
                    _("A number from 1 to %(most)d.") % {"most": MAX_PAGE_SIZE},
                )
            ]
        )
    return int(text)


def _key_of(rows: QuerySet[Any], key: str, cursor: Cursor) -> Any:
    try:
        return rows.model._meta.get_field(key).to_python(cursor.key)
    except ValidationError:
        raise _invalid_cursor() from None


def _text(row: Any, key: str) -> str:
    return str(getattr(row, key))


def _link(request: HttpRequest, cursor: Cursor) -> str:
    query = request.GET.copy()
    query["cursor"] = cursor.encode()
    return absolute(f"{escape_uri_path(request.path)}?{query.urlencode()}")


def _invalid_cursor() -> InvalidInput:
    return InvalidInput(
        _("The cursor was not handed out by this list."),
        errors=[FieldError("?cursor", "invalid_cursor", _("Start again without a cursor."))],
    )
