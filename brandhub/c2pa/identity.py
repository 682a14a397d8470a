"""Who signs: certificates, key and trust anchors, judged before the first file is signed.

What is refused here is what the signing library refuses, or signs although no reader would believe
it. It is told by ``cryptography`` alone, so that a process that starts need not load the library.
"""

from __future__ import annotations

import functools
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from itertools import pairwise
from pathlib import Path
from typing import Any

from cryptography import x509
from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec, ed25519
from cryptography.hazmat.primitives.asymmetric.types import PrivateKeyTypes, PublicKeyTypes
from cryptography.x509.oid import ExtensionOID, NameOID
from django.conf import settings

#: What a certificate must be for: signing e-mail, documents, or C2PA claims. What else the library
#: accepts it takes for time stamps and revocation lists.
USAGES = ("1.3.6.1.5.5.7.3.4", "1.3.6.1.5.5.7.3.36", "1.3.6.1.4.1.62558.2.1")

_CERTIFICATES = "BRANDHUB_C2PA_CERTIFICATES"
_KEY = "BRANDHUB_C2PA_KEY"
_ANCHORS = "BRANDHUB_C2PA_ANCHORS"
_CURVES = {"secp256r1": "es256", "secp384r1": "es384", "secp521r1": "es512"}


class UnusableIdentity(Exception):
    """The settings name no identity that can sign; the sentence says why, and holds no secret."""


@dataclass(frozen=True, slots=True)
class Identity:
    """A chain that leads to an anchor, and the key of its first certificate; all PEM."""

    certificates: str
    key: str = field(repr=False)
    anchors: str
    #: As C2PA names it.
    algorithm: str
    #: For people: ``Acme signer (Acme Ltd)``.
    signed_by: str
    #: Of whichever certificate of the chain begins last and ends first.
    not_before: datetime
    not_after: datetime

    def refuse_time(self, now: datetime) -> None:
        """Raise ``UnusableIdentity`` where the chain does not hold at ``now``."""
        if now > self.not_after:
            raise UnusableIdentity(
                f"A certificate in {_CERTIFICATES} has expired on {self.not_after:%Y-%m-%d}."
            )
        if now < self.not_before:
            raise UnusableIdentity(
                f"A certificate in {_CERTIFICATES} is valid from {self.not_before:%Y-%m-%d} only."
            )


def identity() -> Identity | None:
    """Who signs here; None where no key is configured, and files go out unsigned.

    Raises ``UnusableIdentity``; not for an expired certificate, for it was a good one when read.
    """
    if not settings.C2PA_KEY:
        return None
    return _identity(settings.C2PA_CERTIFICATES, settings.C2PA_KEY, settings.C2PA_ANCHORS)


def anchors() -> str:
    """The certificates whose signers are trusted here, as PEM; empty where none are configured.

    Raises ``UnusableIdentity`` where they cannot be read.
    """
    if not settings.C2PA_ANCHORS:
        return ""
    return _as_pem(_read_certificates(_ANCHORS, settings.C2PA_ANCHORS))


def signer_name(common_name: str | None, organisation: str | None) -> str:
    """How a signer is called to people; of a stranger's certificate whatever it says."""
    names = [name for name in (common_name, organisation) if name]
    told = f"{names[0]} ({names[1]})" if len(names) > 1 else "".join(names)
    return "".join(letter for letter in told if letter.isprintable())[:200]


@functools.lru_cache(maxsize=1)
def _identity(certificates: str, key: str, anchor: str) -> Identity:
    chain = _read_certificates(_CERTIFICATES, certificates)
    anchors_ = _read_certificates(_ANCHORS, anchor)
    private = _read_key(key)
    leaf = chain[0]
    if _public_bytes(leaf.public_key()) != _public_bytes(private.public_key()):
        raise UnusableIdentity(
            f"{_KEY} is not the key of the first certificate in {_CERTIFICATES}."
        )
    _refuse_for_its_purpose(leaf)
    _refuse_without_anchor(chain, anchors_)
    return Identity(
        certificates=_as_pem(chain),
        key=private.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        ).decode(),
        anchors=_as_pem(anchors_),
        algorithm=_algorithm_of(private),
        signed_by=signer_name(
            _name(leaf, NameOID.COMMON_NAME), _name(leaf, NameOID.ORGANIZATION_NAME)
        ),
        not_before=max(each.not_valid_before_utc for each in chain),
        not_after=min(each.not_valid_after_utc for each in chain),
    )


def _read(variable: str, source: str) -> bytes:
    """The PEM itself, whose line ends may be written as ``\\n``, or that of the file it names."""
    if "-----BEGIN " in source:
        return source.replace("\\n", "\n").encode()
    try:
        return Path(source).expanduser().read_bytes()
    except (OSError, ValueError) as error:
        # Not repeated: a key without its first line would be taken for a path.
        reason = getattr(error, "strerror", None) or "no path"
        raise UnusableIdentity(
            f"{variable} holds no PEM and names no file that can be read ({reason})."
        ) from None


def _read_certificates(variable: str, source: str) -> list[x509.Certificate]:
    try:
        return x509.load_pem_x509_certificates(_read(variable, source))
    except ValueError:
        raise UnusableIdentity(f"{variable} holds no certificate that can be read.") from None


def _read_key(source: str) -> ec.EllipticCurvePrivateKey | ed25519.Ed25519PrivateKey:
    key: PrivateKeyTypes
    try:
        key = serialization.load_pem_private_key(_read(_KEY, source), password=None)
    except TypeError:
        raise UnusableIdentity(
            f"{_KEY} is encrypted; it must be a key without a password."
        ) from None
    except (ValueError, UnsupportedAlgorithm):
        raise UnusableIdentity(f"{_KEY} holds no private key that can be read.") from None
    if isinstance(key, ed25519.Ed25519PrivateKey) or (
        isinstance(key, ec.EllipticCurvePrivateKey) and key.curve.name in _CURVES
    ):
        return key
    raise UnusableIdentity(f"{_KEY} must be a key on P-256, P-384 or P-521, or an Ed25519 one.")


def _algorithm_of(key: ec.EllipticCurvePrivateKey | ed25519.Ed25519PrivateKey) -> str:
    return _CURVES[key.curve.name] if isinstance(key, ec.EllipticCurvePrivateKey) else "ed25519"


def _refuse_for_its_purpose(leaf: x509.Certificate) -> None:
    """Raise ``UnusableIdentity`` where readers would not believe what this certificate signs."""
    lacking = []
    if not _has(leaf, ExtensionOID.KEY_USAGE, lambda usage: usage.digital_signature):
        lacking.append("the key usage digitalSignature")
    # Whoever may be anything is refused as well.
    if not _has(
        leaf,
        ExtensionOID.EXTENDED_KEY_USAGE,
        lambda usages: bool(usages) and {each.dotted_string for each in usages} <= set(USAGES),
    ):
        lacking.append("the extended key usage emailProtection, documentSigning or C2PA's own")
    if not _has(leaf, ExtensionOID.AUTHORITY_KEY_IDENTIFIER, lambda value: True):
        lacking.append("an authority key identifier")
    if lacking:
        raise UnusableIdentity(
            f"The first certificate in {_CERTIFICATES} lacks {', '.join(lacking)}."
        )
    if _has(leaf, ExtensionOID.BASIC_CONSTRAINTS, lambda basic: basic.ca):
        raise UnusableIdentity(
            f"The first certificate in {_CERTIFICATES} is an authority's; the signer's comes first."
        )


def _has(
    certificate: x509.Certificate, oid: x509.ObjectIdentifier, holds: Callable[[Any], bool]
) -> bool:
    try:
        value = certificate.extensions.get_extension_for_oid(oid).value
    except (x509.ExtensionNotFound, ValueError):
        return False
    return holds(value)


def _refuse_without_anchor(chain: list[x509.Certificate], roots: list[x509.Certificate]) -> None:
    for issued, issuer in pairwise(chain):
        if not _issued_by(issued, issuer):
            raise UnusableIdentity(
                f"The certificates in {_CERTIFICATES} are no chain: the next must have issued each."
            )
    if not any(chain[-1] == root or _issued_by(chain[-1], root) for root in roots):
        raise UnusableIdentity(
            f"The certificates in {_CERTIFICATES} do not lead to one in {_ANCHORS}."
        )


def _issued_by(issued: x509.Certificate, issuer: x509.Certificate) -> bool:
    try:
        issued.verify_directly_issued_by(issuer)
    except (ValueError, TypeError, InvalidSignature):
        return False
    return True


def _name(certificate: x509.Certificate, oid: x509.ObjectIdentifier) -> str | None:
    values = certificate.subject.get_attributes_for_oid(oid)
    return str(values[0].value) if values else None


def _public_bytes(key: PublicKeyTypes) -> bytes:
    return key.public_bytes(
        serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo
    )


def _as_pem(certificates: list[x509.Certificate]) -> str:
    return b"".join(each.public_bytes(serialization.Encoding.PEM) for each in certificates).decode()


def now() -> datetime:
    """This moment, as validity is compared with."""
    return datetime.now(UTC)
