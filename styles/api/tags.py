"""Tags as they stand in a body."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

MAX_TAGS = 40
MAX_TAG_LENGTH = 80
NO_TAGS: dict[str, str | list[str]] = {}

_VALUE = {"type": "string", "maxLength": MAX_TAG_LENGTH}


@extend_schema_field(
    {
        "type": "object",
        "maxProperties": MAX_TAGS,
        "additionalProperties": {
            "oneOf": [_VALUE, {"type": "array", "items": _VALUE, "maxItems": MAX_TAGS}]
        },
        "example": {"expression": "smile", "accessory": ["bow", "badge"]},
    }
)
class TagsField(serializers.Field):
    """``{"expression": "smile", "accessory": ["bow"]}``; the vocabulary says what is a tag."""

    default_error_messages = {
        "invalid": _("Must be an object of strings or lists of strings."),
        "max_length": _("At most {count} tags of at most {length} characters."),
    }

    def to_internal_value(self, data: Any) -> dict[str, str | list[str]]:
        if not isinstance(data, dict):
            self.fail("invalid")
        values = [
            value
            for held in data.values()
            for value in (held if isinstance(held, list) else [held])
        ]
        if not all(isinstance(value, str) for value in values):
            self.fail("invalid")
        if max(len(values), len(data)) > MAX_TAGS or any(
            len(value) > MAX_TAG_LENGTH for value in values
        ):
            self.fail("max_length", count=MAX_TAGS, length=MAX_TAG_LENGTH)
        return data

    def to_representation(self, value: Any) -> Any:
        return value


class ReadAs(serializers.DictField):
    """What misspelt words were read as, by what was written."""

    child = serializers.CharField()

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(help_text="Misspelt words, and what they were read as.", **kwargs)
