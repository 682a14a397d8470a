"""What a caller sends to have avatars drawn."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _
from rest_framework import serializers

from avatars.models.requests import Priority
from avatars.services.references import DEFAULT_WEIGHT
from avatars.services.submission import (
    MAX_CANDIDATES,
    MAX_NEGATIVE_PROMPT,
    MAX_PROMPT,
    MAX_SEED,
)
from avatars.states import TOLD_STATUSES
from brandhub.api.fields import (
    Body,
    Boolean,
    Choice,
    Identifier,
    Integer,
    Metadata,
    Number,
    Query,
    Text,
)
from styles.api.tags import NO_TAGS, TagsField

STYLE_NAME = r"^[-a-zA-Z0-9_]{1,50}/[-a-zA-Z0-9_]{1,60}(@[0-9]{1,9})?$"
PRIORITIES = {"low": Priority.LOW, "normal": Priority.NORMAL, "high": Priority.HIGH}
REFERENCE_ROLES = ("img2img", "image_prompt", "structure")
MAX_REFERENCES = 4


class ReferenceBody(Body):
    id = Identifier(help_text="Of a picture uploaded to /reference-images.")
    role = Choice(choices=REFERENCE_ROLES)
    weight = Number(
        required=False,
        default=DEFAULT_WEIGHT,
        min_value=0.0,
        max_value=1.0,
        help_text="How closely the picture is followed, from hardly to all but copied.",
    )


class StyleName(serializers.RegexField):
    """``brand/style`` or ``brand/style@revision``."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(STYLE_NAME, **kwargs)

    def to_internal_value(self, data: Any) -> str:
        if not isinstance(data, str):
            self.fail("invalid")
        return super().to_internal_value(data)


class RequirementBody(Body):
    """What both parsing and drawing take."""

    prompt = Text(
        required=False,
        default="",
        allow_blank=True,
        max_length=MAX_PROMPT,
        help_text="In English or Chinese.",
    )
    tags = TagsField(required=False, default=NO_TAGS)
    negative_prompt = Text(
        required=False, default="", allow_blank=True, max_length=MAX_NEGATIVE_PROMPT
    )


class RequestBody(RequirementBody):
    bot = Text(max_length=120, help_text="The platform's own id of a registered bot.")
    style = StyleName(  # type: ignore[assignment]  # the stubs know Field.style only
        help_text="`brand/style`, or `brand/style@7` for one revision."
    )
    reference_images = ReferenceBody(many=True, required=False, default=list)
    candidates = Integer(required=False, default=4, min_value=1, max_value=MAX_CANDIDATES)
    seed = Integer(
        required=False,
        allow_null=True,
        default=None,
        min_value=0,
        max_value=MAX_SEED,
        help_text="Candidate i has seed + i; drawn at random where none is given.",
    )
    priority = Choice(choices=tuple(PRIORITIES), required=False, default="normal")
    external_id = Text(required=False, default="", allow_blank=True, max_length=120)
    metadata = Metadata(required=False, default=dict)
    continues = Identifier(
        required=False,
        allow_null=True,
        default=None,
        help_text="The request that this one continues, after changes were asked for.",
    )
    dry_run = Boolean(
        required=False, default=False, help_text="Answer what would be drawn; create nothing."
    )

    def validate_reference_images(self, value: list[Any]) -> list[Any]:
        if len(value) > MAX_REFERENCES:
            raise serializers.ValidationError(
                _("At most %(most)d reference images.") % {"most": MAX_REFERENCES},
                code="max_length",
            )
        return value


class GenerateBody(Body):
    """The short form."""

    prompt = Text(max_length=MAX_PROMPT)
    style = StyleName()  # type: ignore[assignment]


class RequestFilters(Query):
    status = serializers.ChoiceField(choices=TOLD_STATUSES, required=False)
    bot = serializers.CharField(required=False, max_length=120)
    external_id = serializers.CharField(required=False, max_length=120)


class Inline(Query):
    inline = serializers.ChoiceField(
        choices=("base64",),
        required=False,
        help_text="Adds the previews, for a caller who may see them.",
    )
