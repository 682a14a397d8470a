"""Files of published pictures, and who signs them in these tests."""

from __future__ import annotations

from typing import Any

from avatars.models import AvatarVersion
from avatars.renditions import RenditionSpec, rendition_for
from brandhub.c2pa.reading import read_credentials
from brandhub.common.storage import store
from tests.c2pa.authority import Authority

ROOT = Authority()
CERTIFICATES = "BRANDHUB_C2PA_CERTIFICATES"
SIGNED_BY = "Acme avatars (Acme Ltd)"
SPEC = RenditionSpec.parse(256, "png")


def file_of(version: AvatarVersion, spec: RenditionSpec = SPEC) -> bytes:
    rendition = rendition_for(version=version, spec=spec)
    return store().read(version.brand.public_id, rendition.file_sha256)


def told_by(data: bytes, content_type: str = "image/png") -> dict[str, Any]:
    """The assertions of a file that nothing is wrong with."""
    read = read_credentials(data, content_type=content_type, anchors=ROOT.pem)
    assert (read.failures, read.signed_by) == ((), SIGNED_BY)
    return read.assertions
