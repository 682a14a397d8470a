"""Reading bodies and queries so that nothing unreadable gets further than the door."""

from __future__ import annotations

import json
import math
from collections.abc import Iterable, Mapping
from typing import IO, Any

from django.http import HttpRequest
from django.utils.datastructures import MultiValueDict
from django.utils.translation import gettext as _
from rest_framework.parsers import BaseParser

from brandhub.api.problems import BodyTooLarge, MalformedJson

#: The largest legitimate body is a prompt of 2,000 characters with 4 kB of metadata.
MAX_JSON_BYTES = 64 * 1024
#: What nobody writes by hand and no field of this API needs.
MAX_JSON_DEPTH = 16


class StrictJSONParser(BaseParser):
    """JSON as RFC 8259 has it, in UTF-8 and within limits; anything else is 400 or 413.

    Refused beyond syntax: ``NaN`` and numbers that overflow, a name given twice (readers disagree
    about which counts), U+0000 and lone surrogates (PostgreSQL stores neither), deep nesting.
    """

    media_type = "application/json"

    def parse(
        self,
        stream: IO[bytes],
        media_type: str | None = None,
        parser_context: Mapping[str, Any] | None = None,
    ) -> Any:
        raw = stream.read(MAX_JSON_BYTES + 1)
        if len(raw) > MAX_JSON_BYTES:
            raise BodyTooLarge(
                _("A JSON body may have %(limit)d bytes.") % {"limit": MAX_JSON_BYTES}
            )
        return read_json(raw)


def read_json(raw: bytes) -> Any:
    """Decode ``raw``. Raises ``MalformedJson`` for everything :class:`StrictJSONParser` refuses."""
    try:
        value = json.loads(
            raw.decode("utf-8"), object_pairs_hook=_object, parse_constant=_no_constant
        )
    except RecursionError:
        raise MalformedJson(_("The JSON is nested too deeply."), code="json_too_deep") from None
    except UnicodeDecodeError:
        raise MalformedJson(_("The body is not UTF-8.")) from None
    except json.JSONDecodeError as error:
        # The decoder's own words are English; where it stumbled is what helps.
        place = {"line": error.lineno, "column": error.colno}
        raise MalformedJson(
            _("The body is not JSON: look at line %(line)d, column %(column)d.") % place
        ) from None
    except ValueError:
        raise MalformedJson(_("A number has more digits than anything here needs.")) from None
    _check(value)
    return value


def check_text(text: str) -> None:
    """Raise ``MalformedJson`` for text that PostgreSQL cannot store."""
    if "\x00" in text:
        raise MalformedJson(_("Text must not hold the character U+0000."), code="nul_character")
    if any("\ud800" <= character <= "\udfff" for character in text):
        raise MalformedJson(_("Text holds half of a surrogate pair."), code="invalid_unicode")


def check_address(request: HttpRequest) -> None:
    """The same for the path and the query, which a database look-up would trip over.

    And for bytes that are no UTF-8: they arrive as U+FFFD, each as any other, so that two addresses
    would lead to one thing.
    """
    texts = [request.path_info]
    for name, values in request.GET.lists():
        texts += [name, *values]
    for text in texts:
        check_text(text)
        if "\ufffd" in text:
            raise MalformedJson(_("The address is not UTF-8."), code="invalid_unicode")


def check_form(fields: Any) -> None:
    """The same for the fields of a form, none of which may be there twice."""
    if not isinstance(fields, MultiValueDict):
        # A call without a body has no form, whatever it says of its media type.
        return
    for name, values in fields.lists():
        check_text(name)
        if len(values) > 1:
            raise _given_twice(name)
        for value in values:
            if isinstance(value, str):
                check_text(value)


def _object(pairs: Iterable[tuple[str, Any]]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for name, value in pairs:
        if name in found:
            # The answer says the name, so it has to be one that can be written.
            check_text(name)
            raise _given_twice(name)
        found[name] = value
    return found


def _given_twice(name: str) -> MalformedJson:
    return MalformedJson(
        _("The name “%(name)s” is given twice.") % {"name": name[:80]}, code="duplicate_name"
    )


def _no_constant(name: str) -> Any:
    raise MalformedJson(_("%(name)s is not a JSON value.") % {"name": name})


def _check(root: Any) -> None:
    """Walk without recursion: the depth is what is being limited."""
    pending: list[tuple[Any, int]] = [(root, 0)]
    while pending:
        value, depth = pending.pop()
        if depth > MAX_JSON_DEPTH:
            raise MalformedJson(_("The JSON is nested too deeply."), code="json_too_deep")
        if isinstance(value, dict):
            for name, inner in value.items():
                check_text(name)
                pending.append((inner, depth + 1))
        elif isinstance(value, list):
            pending += ((inner, depth + 1) for inner in value)
        elif isinstance(value, str):
            check_text(value)
        elif isinstance(value, float) and not math.isfinite(value):
            raise MalformedJson(_("A number is too large."), code="number_too_large")
