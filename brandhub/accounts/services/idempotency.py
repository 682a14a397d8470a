"""Stored answers of creating calls: kept for a day, then forgotten."""

from datetime import timedelta

from django.db.models.functions import Now

from brandhub.accounts.models import IdempotencyRecord

#: How long a call that is sent again is answered as before.
KEPT_FOR = timedelta(hours=24)


def purge_idempotency_records() -> int:
    """Delete answers whose time is over; return how many. Not audited: they are no deeds."""
    deleted, _ = IdempotencyRecord.objects.filter(created_at__lt=Now() - KEPT_FOR).delete()
    return deleted
