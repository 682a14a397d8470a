"""Keys of every table: UUIDv7, so that new rows land at the right edge of their indexes."""

import uuid
from datetime import datetime

import uuid_utils.compat
from django.db import models
from django.db.models.expressions import Func


class UuidV7(Func):
    """PostgreSQL 18's ``uuidv7()``, for rows that SQL inserts without Django."""

    function = "uuidv7"
    template = "%(function)s()"
    output_field = models.UUIDField()


def uuid7() -> uuid.UUID:
    """Return a fresh UUIDv7 as a standard ``uuid.UUID``."""
    return uuid_utils.compat.uuid7()


def uuid7_floor(at: datetime) -> uuid.UUID:
    """The least key of that millisecond: keys below it were made before ``at``.

    A bound of this kind turns a question about age into a range of the primary key. Layout: 48
    bits of Unix milliseconds, then version and variant (RFC 9562, section 5.7).
    """
    milliseconds = int(at.timestamp() * 1000)
    return uuid.UUID(int=milliseconds << 80 | 0x7 << 76 | 0x2 << 62)


class UuidModel(models.Model):
    """Abstract base: a UUIDv7 primary key, set in Python and by the database alike.

    The Python default is needed besides the database's: with ``db_default`` alone
    ``bulk_create`` returns objects without keys.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, db_default=UuidV7(), editable=False)

    class Meta:
        abstract = True
