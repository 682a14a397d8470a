"""Signing secrets: drawn here, encrypted at rest, read only to sign.

A secret must be known to sign, so it cannot be kept as a digest like an API key. It is encrypted
with keys derived from ``ENCRYPTION_KEYS``: the first encrypts, every one decrypts, so that keys
can be replaced without a stop.
"""

from __future__ import annotations

import base64
import secrets

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings
from django.utils.translation import gettext_lazy as _

from brandhub.common.errors import PlatformFault

PREFIX = "whsec_"
#: Standard Webhooks asks for 24 to 64 random bytes.
SECRET_BYTES = 32
_PURPOSE = b"brandhub webhook signing secrets"


class SecretUnreadable(PlatformFault):
    code = "secret_unreadable"
    title = _("A webhook secret cannot be decrypted with the present keys")


def draw_secret() -> str:
    """A new signing secret as receivers are given it: ``whsec_`` and base64."""
    return PREFIX + base64.b64encode(secrets.token_bytes(SECRET_BYTES)).decode()


def encrypt(secret: str) -> bytes:
    """``secret`` as it may be stored."""
    return _cipher().encrypt(secret.encode())


def decrypt(stored: bytes | memoryview) -> str:
    """The secret again. Raises ``SecretUnreadable`` where no present key fits."""
    try:
        return _cipher().decrypt(bytes(stored)).decode()
    except InvalidToken as error:
        raise SecretUnreadable from error


def _cipher() -> MultiFernet:
    keys = settings.ENCRYPTION_KEYS or [settings.SECRET_KEY]
    return MultiFernet([Fernet(_derived(key)) for key in keys])


def _derived(key: str) -> bytes:
    """A Fernet key for this purpose alone (HKDF, RFC 5869)."""
    material = HKDF(algorithm=SHA256(), length=32, salt=None, info=_PURPOSE).derive(key.encode())
    return base64.urlsafe_b64encode(material)
