"""What an API key looks like, and whose it is.

A key is ``bh_<live|test>_<prefix>_<secret>``. The prefix finds the row; the SHA-256 of the whole
text proves it. The secret has 256 random bits, so a fast hash is enough: there is nothing to guess.
"""

from __future__ import annotations

import hashlib
import hmac
import re
import secrets
from dataclasses import dataclass
from datetime import timedelta

from django.db.models import Q
from django.db.models.functions import Now
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from brandhub.accounts.models import ApiKey
from brandhub.common.errors import BrandHubError
from brandhub.common.rows import only_row

_SHAPE = re.compile(r"bh_(?P<mode>live|test)_(?P<prefix>[A-Za-z0-9]{8,16})_[A-Za-z0-9_-]{43}")

#: ``last_used_at`` is for people; it need not cost a write with every call.
USE_NOTED_EVERY = timedelta(minutes=5)


class KeyRefused(BrandHubError):
    """The key opens nothing: unknown, revoked, expired, its holder inactive. HTTP 401."""

    code = "invalid_key"
    title = _("This key is not valid")
    status = 401


@dataclass(frozen=True, slots=True)
class NewKey:
    """A freshly drawn key: ``text`` is shown once, ``prefix`` and ``sha256`` are kept."""

    text: str
    prefix: str
    sha256: str


def draw_key(mode: str) -> NewKey:
    """Draw a key of ``mode`` (``live`` or ``test``)."""
    prefix = secrets.token_hex(6)
    text = f"bh_{mode}_{prefix}_{secrets.token_urlsafe(32)}"
    return NewKey(text=text, prefix=prefix, sha256=digest_of(text))


def digest_of(text: str) -> str:
    """The SHA-256 of a key's whole text, as hexadecimal digits."""
    return hashlib.sha256(text.encode()).hexdigest()


def key_of(text: str) -> ApiKey:
    """The key whose text this is, with its client and owner or its person loaded.

    Raises ``KeyRefused``. Why a key no longer works is told only to who holds the whole of it.
    """
    shape = _SHAPE.fullmatch(text)
    if shape is None:
        raise KeyRefused
    key = only_row(
        ApiKey.objects.select_related("client__owner", "user").filter(prefix=shape["prefix"])
    )
    if key is None or not hmac.compare_digest(key.sha256, digest_of(text)):
        raise KeyRefused
    if key.revoked_at is not None:
        raise KeyRefused(_("This key was revoked."), code="key_revoked")
    if key.expires_at is not None and key.expires_at <= timezone.now():
        raise KeyRefused(_("This key has expired."), code="key_expired")
    if key.client is not None and not key.client.is_active:
        raise KeyRefused(_("The client of this key is inactive."), code="client_inactive")
    if key.user is not None and key.mode == ApiKey.Mode.TEST:
        # A sandbox is a client's.
        raise KeyRefused
    if key.user is not None and not key.user.is_active:
        raise KeyRefused(_("The person of this key is inactive."), code="person_inactive")
    return key


def note_use(key: ApiKey) -> None:
    """Keep roughly when ``key`` was last used; one write in five minutes at most."""
    if key.last_used_at is not None and timezone.now() - key.last_used_at < USE_NOTED_EVERY:
        return
    ApiKey.objects.filter(
        Q(last_used_at__isnull=True) | Q(last_used_at__lt=Now() - USE_NOTED_EVERY), pk=key.pk
    ).update(last_used_at=Now())
