"""What a style pack says of itself: ``manifest.json``, written and read by one description.

Nothing in it is an id of the platform: what is drawn with is named by content hashes, everything
else by words. The names under ``origin`` are told to people and looked up nowhere.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from django.utils.translation import gettext as _
from rest_framework import serializers

from brandhub.api.fields import Body, Choice, Integer, Number, Text
from brandhub.api.parsing import MalformedJson, read_json
from brandhub.api.problems import field_errors
from brandhub.common.errors import FieldError, InvalidInput
from brandhub.inference.adapter_files import MAX_BYTES as MAX_ADAPTER_BYTES
from brandhub.inference.adapter_files import MAX_TRIGGER_WORDS
from brandhub.inference.specs import MAX_ADAPTER_WEIGHT, MAX_ADAPTERS
from styles.models import PaletteColour
from styles.models.base_models import GuidanceSchedule
from styles.models.styles import Tier
from styles.packs.archive import refused
from styles.references.collecting import MOST_PINNED

FORMAT: Final = "brandhub-style-pack"
#: Raised with every change that an older reader would misread.
VERSION: Final = 1
MAX_COLOURS: Final = 64

_LINE: Final = {"required": False, "default": "", "allow_blank": True}


class Tags(serializers.Field):
    """Tags as they come; the vocabulary checks them when they are used."""

    def to_internal_value(self, data: Any) -> dict[str, Any]:
        if not isinstance(data, dict):
            raise serializers.ValidationError(_("Must be an object."), code="invalid")
        return data

    def to_representation(self, value: Any) -> Any:
        return value


class _Member(Body):
    sha256 = serializers.RegexField(r"^[0-9a-f]{64}\Z")
    bytes = Integer(min_value=1, max_value=MAX_ADAPTER_BYTES)


class _Rights(_Member):
    rights_holder = Text(max_length=120, **_LINE)
    licence = Text(max_length=120, **_LINE)


class _Reference(_Rights):
    title = Text(max_length=120, **_LINE)
    tags = Tags()


class _Adapter(_Rights):
    slug = serializers.SlugField(max_length=60)
    name = Text(max_length=120)
    weight = Number(min_value=-MAX_ADAPTER_WEIGHT, max_value=MAX_ADAPTER_WEIGHT)
    trigger_words = Text(max_length=MAX_TRIGGER_WORDS, **_LINE)


class _Logo(_Member):
    clear_space = Integer(min_value=0, max_value=40)
    minimum_size = Integer(min_value=8, max_value=512)


class _Colour(Body):
    name = Text(max_length=60)
    hex = serializers.RegexField(r"^#[0-9a-fA-F]{6}\Z")
    role = Choice(choices=PaletteColour.ColourRole.values)
    tolerance = Number(min_value=0.5, max_value=50)


class _Style(Body):
    slug = serializers.SlugField(max_length=60)
    name = Text(max_length=120)
    description = Text(max_length=2000, **_LINE)


class _BaseModel(Body):
    name = Text(max_length=80)
    family = Text(max_length=40)
    content_hash = serializers.RegexField(r"^[0-9a-f]{64}\Z")


class _Revision(Body):
    """As :func:`styles.services.create_revision` takes it, which says what is possible."""

    default_tags = Tags()
    prompt_template = Text(max_length=500)
    negative_prompt = Text(max_length=500, allow_blank=True)
    steps = Integer(min_value=1, max_value=100)
    guidance_scale = Number(min_value=1, max_value=20)
    # Packs written before there was one have none.
    guidance_schedule = Choice(
        choices=GuidanceSchedule.values, required=False, default=GuidanceSchedule.CONSTANT
    )
    scheduler = Text(max_length=40)
    tier = Choice(choices=Tier.values)
    image_size = Integer(min_value=1, max_value=10_000)
    badge_corner = Text(max_length=16, allow_blank=True)
    badge_size = Integer(min_value=10, max_value=45)


class _Origin(Body):
    brand = Text(max_length=120)
    style = Text(max_length=200)  # type: ignore[assignment]
    exported_at = serializers.DateTimeField()


class _Manifest(Body):
    format = Choice(choices=[FORMAT])
    version = Integer()
    origin = _Origin()
    style = _Style()  # type: ignore[assignment]
    base_model = _BaseModel()
    revision = _Revision()
    palette = _Colour(many=True, max_length=MAX_COLOURS)  # type: ignore[call-arg]
    logo = _Logo(allow_null=True)
    references = _Reference(many=True, max_length=MOST_PINNED)  # type: ignore[call-arg]
    adapters = _Adapter(many=True, max_length=MAX_ADAPTERS)  # type: ignore[call-arg]


@dataclass(frozen=True, slots=True)
class PackManifest:
    """A manifest that holds together; ``members`` are the files it names, by their names."""

    origin: Mapping[str, Any]
    style: Mapping[str, Any]
    base_model: Mapping[str, Any]
    revision: Mapping[str, Any]
    palette: tuple[Mapping[str, Any], ...]
    logo: Mapping[str, Any] | None
    references: tuple[Mapping[str, Any], ...]
    adapters: tuple[Mapping[str, Any], ...]
    #: Name → (pointer, entry).
    members: Mapping[str, tuple[str, Mapping[str, Any]]]


def member_name(kind: str, sha256: str) -> str:
    """Where a pack keeps the file with that hash; ``kind`` is logo, references or adapters."""
    return f"{kind}/{sha256}.{'safetensors' if kind == 'adapters' else 'png'}"


def write_manifest(value: Mapping[str, Any]) -> bytes:
    """``value`` with format and version as the bytes of a manifest."""
    whole = {"format": FORMAT, "version": VERSION} | dict(value)
    return json.dumps(whole, ensure_ascii=False, indent=1).encode() + b"\n"


def read_manifest(content: bytes) -> PackManifest:
    """What ``content`` says. Raises ``InvalidInput``: ``manifest_invalid`` with a pointer for each
    mistake, ``pack_version_unknown``, or ``pack_duplicate_member`` for a file that is named twice.
    """
    try:
        value = read_json(content)
    except MalformedJson as error:
        raise refused("manifest_invalid", str(error.detail), "/manifest") from error
    told = value if isinstance(value, dict) else {}
    if told.get("format") == FORMAT and told.get("version") != VERSION:
        detail = _("This pack is of another version than %(version)d.") % {"version": VERSION}
        raise refused("pack_version_unknown", detail, "/manifest/version")
    checked = _Manifest(data=value)
    if not checked.is_valid():
        raise InvalidInput(
            _("The pack's manifest is not valid."),
            code="manifest_invalid",
            errors=[
                FieldError(f"/manifest{error.pointer}", error.code, error.detail)
                for error in field_errors(checked.errors)
            ],
        )
    values = dict(checked.validated_data)
    del values["format"], values["version"]
    for name in ("palette", "references", "adapters"):
        values[name] = tuple(values[name])
    return PackManifest(**values, members=_named(values))


def _named(values: Mapping[str, Any]) -> dict[str, tuple[str, Mapping[str, Any]]]:
    listed = [("logo", "/manifest/logo", values["logo"])] if values["logo"] else []
    for kind in ("references", "adapters"):
        listed += [
            (kind, f"/manifest/{kind}/{index}", entry) for index, entry in enumerate(values[kind])
        ]
    members: dict[str, tuple[str, Mapping[str, Any]]] = {}
    for kind, pointer, entry in listed:
        name = member_name(kind, entry["sha256"])
        if name in members:
            raise refused("pack_duplicate_member", _("The pack holds a file twice."), pointer)
        members[name] = (pointer, entry)
    return members
