"""Whether a file is what the brand published: its content credentials, held against the record."""

from __future__ import annotations

import hashlib
import io
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from PIL import Image

from avatars.content_credentials import LABEL, claims_of
from avatars.models import AvatarVersion, Rendition
from avatars.renditions import FORMATS
from avatars.states import VersionStatus
from brandhub.c2pa.reading import (
    Credentials,
    NoCredentials,
    UnreadableCredentials,
    read_credentials,
)

_CONTENT_TYPES = {format_.upper(): content_type for format_, content_type in FORMATS.items()}
_CHANGED = "The picture was changed after it was signed, or the credentials are another file's"
#: What C2PA's status codes mean to who asks whether a file is the brand's.
_IN_WORDS = {
    "assertion.dataHash.mismatch": _CHANGED,
    "assertion.bmffHash.mismatch": _CHANGED,
    "assertion.boxesHash.mismatch": _CHANGED,
    "assertion.hashedURI.mismatch": "What the credentials say was changed after they were signed",
    "claimSignature.mismatch": "The credentials were changed after they were signed",
    "claimSignature.outsideValidity": "It was signed when its certificate was not valid",
    "signingCredential.expired": "The certificate that it was signed with has expired",
    "signingCredential.invalid": "Its certificate is none that may sign credentials",
}
_UNTRUSTED = frozenset({"signingCredential.untrusted", "untrusted"})


class NotVerified(Exception):
    """The file is not, or not any more, what the brand published; the sentence says why."""


@dataclass(frozen=True, slots=True)
class Verified:
    """A file whose credentials hold."""

    signed_by: str
    #: What is signed in it; see ``avatars.content_credentials``.
    claims: dict[str, Any]
    #: The version as this database has it, which says the same; None where it has no such version.
    version: AvatarVersion | None


def verify(data: bytes, *, anchors: str) -> Verified:
    """Check a file from the outside in and stop at the first thing that does not hold.

    Its format, its credentials, that nothing was changed since they were signed, the signer
    (``anchors``, as PEM), what they claim, and, where this database has the version, that the
    record says the same, that this very file was delivered, and that it is not withdrawn.

    Raises ``NotVerified``.
    """
    credentials = _credentials_of(data, anchors)
    claims = credentials.assertions.get(LABEL)
    if not isinstance(claims, dict):
        raise NotVerified(f"It is signed by {credentials.signed_by}, but not as an avatar.")
    version = _version_called(claims.get("version"))
    if version is not None:
        _hold_against_record(data, claims, version)
    return Verified(credentials.signed_by, claims, version)


def _credentials_of(data: bytes, anchors: str) -> Credentials:
    try:
        with Image.open(io.BytesIO(data), formats=list(_CONTENT_TYPES)) as image:
            content_type = _CONTENT_TYPES[str(image.format)]
    except (OSError, ValueError, SyntaxError, Image.DecompressionBombError):
        raise NotVerified("It is no PNG, WebP, JPEG or AVIF file.") from None
    try:
        credentials = read_credentials(data, content_type=content_type, anchors=anchors)
    except NoCredentials:
        raise NotVerified("It carries no content credentials.") from None
    except UnreadableCredentials as problem:
        raise NotVerified(f"Its content credentials cannot be read ({problem}).") from None
    if credentials.failures:
        raise NotVerified(_in_words(credentials))
    return credentials


def _in_words(credentials: Credentials) -> str:
    """The first failure; an untrusted signer comes last, for what else is wrong is beyond doubt."""
    code = min(credentials.failures, key=lambda each: each in _UNTRUSTED)
    if code in _UNTRUSTED:
        return f"It is signed by {credentials.signed_by}, whom this installation does not trust."
    return f"{_IN_WORDS.get(code, 'Its content credentials do not hold')} ({code})."


def _version_called(key: Any) -> AvatarVersion | None:
    try:
        wanted = UUID(str(key))
    except ValueError:
        raise NotVerified("Its credentials name no version.") from None
    return (
        AvatarVersion.objects.select_related("bot", "brand", "candidate__request__base_model")
        .filter(pk=wanted)
        .first()
    )


def _hold_against_record(data: bytes, claims: dict[str, Any], version: AvatarVersion) -> None:
    """Raise ``NotVerified`` with the first thing that the record has otherwise."""
    for name, recorded in _record_of(version):
        if claims.get(name) != recorded:
            raise NotVerified(
                f"The credentials say {name} is {claims.get(name)}, the record says {recorded}."
            )
    delivered = Rendition.objects.filter(
        brand_id=version.brand_id,
        pixel_sha256=version.pixel_sha256,
        file_sha256=hashlib.sha256(data).hexdigest(),
    )
    if not delivered.exists():
        raise NotVerified(f"Version {version.number} is on record, but this file of it is not.")
    if version.status == VersionStatus.TAKEN_DOWN:
        raise NotVerified(f"It is genuine, and was withdrawn on {version.taken_down_at:%Y-%m-%d}.")


def _record_of(version: AvatarVersion) -> Iterable[tuple[str, Any]]:
    """What the credentials have to say of the version, its pixels first."""
    return sorted(claims_of(version).items(), key=lambda item: item[0] != "pixel_sha256")
