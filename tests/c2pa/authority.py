"""Certificates for tests: good ones, and ones with exactly one thing wrong."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID
from pytest_django import Settings

from brandhub.c2pa.identity import now

Key = ec.EllipticCurvePrivateKey | ed25519.Ed25519PrivateKey | rsa.RSAPrivateKey
EMAIL = ExtendedKeyUsageOID.EMAIL_PROTECTION


def pem_of(key: Key, password: bytes | None = None) -> str:
    encryption = (
        serialization.BestAvailableEncryption(password)
        if password
        else serialization.NoEncryption()
    )
    return key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, encryption
    ).decode()


@dataclass(frozen=True)
class Issued:
    """A certificate and its key, as PEM."""

    certificate: str
    key: str


class Authority:
    """A root of its own, or one below another."""

    def __init__(
        self,
        name: str = "Acme root",
        above: Authority | None = None,
        days: tuple[int, int] = (-9, 999),
    ) -> None:
        self.name = name
        self.key = ec.generate_private_key(ec.SECP256R1())
        signs = above or self
        certificate = (
            _begun(name, signs.name, self.key, days)
            .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
            .add_extension(_usage(certificates=True), critical=True)
            .add_extension(
                x509.AuthorityKeyIdentifier.from_issuer_public_key(signs.key.public_key()),
                critical=False,
            )
            .sign(signs.key, hashes.SHA256())
        )
        self.pem = certificate.public_bytes(serialization.Encoding.PEM).decode()

    def issue(
        self,
        name: str = "Acme avatars",
        *,
        key: Key | None = None,
        days: tuple[int, int] = (-1, 100),
        usages: Sequence[x509.ObjectIdentifier] = (EMAIL,),
        signs: bool = True,
        names_authority: bool = True,
        is_authority: bool = False,
    ) -> Issued:
        key = key or ec.generate_private_key(ec.SECP256R1())
        builder = _begun(name, self.name, key, days).add_extension(
            x509.BasicConstraints(ca=is_authority, path_length=None), critical=True
        )
        builder = builder.add_extension(
            _usage(signs=signs, certificates=is_authority), critical=True
        )
        if usages:
            builder = builder.add_extension(x509.ExtendedKeyUsage(usages), critical=False)
        if names_authority:
            builder = builder.add_extension(
                x509.AuthorityKeyIdentifier.from_issuer_public_key(self.key.public_key()),
                critical=False,
            )
        certificate = builder.sign(self.key, hashes.SHA256())
        return Issued(certificate.public_bytes(serialization.Encoding.PEM).decode(), pem_of(key))


def configure(settings: Settings, issued: Issued, anchors: str, *, between: str = "") -> None:
    """Let this process sign as ``issued``."""
    settings.C2PA_CERTIFICATES = issued.certificate + between
    settings.C2PA_KEY = issued.key
    settings.C2PA_ANCHORS = anchors


def _begun(name: str, issuer: str, key: Key, days: tuple[int, int]) -> x509.CertificateBuilder:
    return (
        x509.CertificateBuilder()
        .subject_name(_named(name))
        .issuer_name(_named(issuer))
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now() + timedelta(days=days[0]))
        .not_valid_after(now() + timedelta(days=days[1]))
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
    )


def _usage(*, signs: bool = False, certificates: bool = False) -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=signs,
        content_commitment=not signs and not certificates,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        key_cert_sign=certificates,
        crl_sign=False,
        encipher_only=False,
        decipher_only=False,
    )


def _named(name: str) -> x509.Name:
    return x509.Name(
        [
            x509.NameAttribute(NameOID.ORGANIZATION_NAME, "Acme Ltd"),
            x509.NameAttribute(NameOID.COMMON_NAME, name),
        ]
    )
