"""How an event commits to a text without holding it."""

from __future__ import annotations

import hashlib
import hmac

from brandhub.audit.models import AuditEvent, AuditText

#: As long as the digest: RFC 2104, section 3, advises no less of a key.
SALT_BYTES = 32
#: The action of the event that records an erasure.
ERASED = "text.erased"


def commitment_to(text: str, salt: bytes | memoryview) -> str:
    """HMAC-SHA256 of ``text`` in UTF-8 under ``salt``, in hexadecimal.

    With the salt gone it is as good as random, so that even a short text cannot be found out by
    trying.
    """
    return hmac.new(bytes(salt), text.encode(), hashlib.sha256).hexdigest()


def text_fault(event: AuditEvent, texts: dict[str, AuditText]) -> str:
    """Why ``texts``, by name, are not those that ``event`` commits to; empty where they are.

    ``text_missing``: one is gone without a record of its erasure. ``text_changed``: one is not
    what was written. A text that was erased is as good as one that is there.
    """
    commitments = event.data.get("commitments", {})
    for name, digest in commitments.items():
        kept = texts.get(name)
        if kept is None:
            return "text_missing"
        if kept.erasure is not None:
            if kept.erasure.action != ERASED or kept.erasure.brand_id != event.brand_id:
                return "text_missing"
        elif not kept.text or kept.salt is None:
            return "text_missing"
        elif not hmac.compare_digest(commitment_to(kept.text, kept.salt), digest):
            return "text_changed"
    # What the event says nothing of was put there afterwards.
    return "text_changed" if set(texts) - set(commitments) else ""
