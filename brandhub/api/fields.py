"""Serializer fields and a base that take what the schema says, and nothing that resembles it.

DRF's own fields read ``"1"`` as a number, ``1`` as text and ``"yes"`` as true, and ignore names
they do not know; a caller's slip would then pass as something else than was meant.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext_lazy as _
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

MAX_METADATA_BYTES = 4096


class Text(serializers.CharField):
    """A string, not trimmed: what was sent is what is kept. Blanks alone are blank all the same."""

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("trim_whitespace", False)
        super().__init__(**kwargs)

    def to_internal_value(self, data: Any) -> str:
        if not isinstance(data, str):
            self.fail("invalid")
        if not self.allow_blank and not data.strip():
            self.fail("blank")
        return super().to_internal_value(data)


class Choice(serializers.ChoiceField):
    """One of the given strings."""

    def to_internal_value(self, data: Any) -> Any:
        if not isinstance(data, str):
            self.fail("invalid_choice", input=type(data).__name__)
        return super().to_internal_value(data)


class Integer(serializers.IntegerField):
    """A JSON number without a fraction."""

    def to_internal_value(self, data: Any) -> int:
        if isinstance(data, float) and data.is_integer():
            data = int(data)
        if isinstance(data, bool) or not isinstance(data, int):
            self.fail("invalid")
        return data


class Number(serializers.FloatField):
    """A JSON number."""

    default_error_messages = {"overflow": _("The number is too large.")}

    def to_internal_value(self, data: Any) -> float:
        if isinstance(data, bool) or not isinstance(data, int | float):
            self.fail("invalid")
        # A whole number of JSON's may be larger than any float.
        return super().to_internal_value(data)


class Boolean(serializers.BooleanField):
    """``true`` or ``false``."""

    def to_internal_value(self, data: Any) -> bool:
        if not isinstance(data, bool):
            self.fail("invalid", input=data)
        return data


class Identifier(serializers.UUIDField):
    """A UUID as a string in its usual form."""

    def to_internal_value(self, data: Any) -> Any:
        if not isinstance(data, str) or len(data) != 36:
            self.fail("invalid", value=str(data)[:40])
        return super().to_internal_value(data)


@extend_schema_field(OpenApiTypes.OBJECT)
class Metadata(serializers.Field):
    """A JSON object of the caller's own, kept and echoed; 4 kB as it is given back.

    PostgreSQL keeps numbers by their digits: of ``1e300`` it gives 301 of them back.
    """

    default_error_messages = {
        "invalid": _("Must be an object."),
        "max_length": _("Must have at most 4096 bytes as JSON."),
    }

    def to_internal_value(self, data: Any) -> dict[str, Any]:
        if not isinstance(data, dict):
            self.fail("invalid")
        compact = json.dumps(data, ensure_ascii=False, separators=(",", ":"))
        if len(compact.encode()) + _digits_more(compact) > MAX_METADATA_BYTES:
            self.fail("max_length")
        return data

    def to_representation(self, value: Any) -> Any:
        return value


def _digits_more(text: str) -> int:
    """By how many characters the numbers in JSON grow when they are written without exponents."""
    more: list[int] = []
    json.loads(text, parse_float=lambda each: more.append(len(f"{Decimal(each):f}") - len(each)))
    return sum(more)


class Body(serializers.Serializer):
    """A request's body: unknown names are errors."""

    default_error_messages = {"unknown_field": _("This API knows no such field here.")}

    def to_internal_value(self, data: Any) -> Any:
        if isinstance(data, Mapping):
            unknown = [name for name in data if name not in self.fields]
            if unknown:
                raise serializers.ValidationError(
                    {
                        name: [
                            serializers.ErrorDetail(
                                str(self.error_messages["unknown_field"]), code="unknown_field"
                            )
                        ]
                        for name in unknown
                    }
                )
        return super().to_internal_value(data)


class Query(serializers.Serializer):
    """The query of an address. Values are text, so DRF's own lenient fields serve here."""
