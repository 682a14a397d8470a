"""System checks: the services BrandHub stands on, and what production must never run with."""

from collections.abc import Iterable, Sequence
from datetime import timedelta
from typing import Any

from django.apps.config import AppConfig
from django.conf import settings
from django.contrib.auth import get_user_model
from django.core.cache import cache
from django.core.checks import CheckMessage, Error, Info, Tags, register
from django.core.checks import Warning as CheckWarning
from django.db import DatabaseError, connections
from psycopg_pool import PoolTimeout
from redis.exceptions import RedisError

from brandhub.c2pa.identity import Identity, UnusableIdentity, anchors, identity, now
from brandhub.settings.env import ConfigurationError

#: The first with uuidv7(), the default of every key.
OLDEST_POSTGRESQL = 18
OLDEST_REDIS = (6, 2)
_SHORTEST_SECRET_KEY = 50
_FEWEST_DISTINCT_CHARACTERS = 10
#: How long before a certificate expires `manage.py check` begins to say so.
_RENEW_WITHIN = timedelta(days=30)


def refuse_unsafe_start() -> None:
    """Ends the process with a sentence when production settings hold something unsafe.

    Called by every production process while Django sets up, because neither the web server nor
    Celery runs system checks before it takes work.
    """
    problems = unsafe_settings()
    if problems:
        raise ConfigurationError(" ".join(problem.msg for problem in problems))


def refuse_demo_accounts() -> None:
    """Ends a production process with a sentence when the database holds active demo accounts.

    Called by the web process, workers and beat as they start. A database that does not answer
    then has to be asked again by whoever makes it ready: ``manage.py prepare`` and ``migrate``
    run the same check.
    """
    if not settings.PRODUCTION:
        return
    try:
        problems = check_demo_accounts(None, databases=["default"])
    finally:
        connections["default"].close()
    if problems:
        raise ConfigurationError(" ".join(problem.msg for problem in problems))


def refuse_unusable_signer() -> None:
    """Ends the process with a sentence when it could not sign the first picture it is asked for.

    Called by the web process as it starts: it is the one that signs.
    """
    try:
        _usable_identity()
    except UnusableIdentity as problem:
        raise ConfigurationError(str(problem)) from None


def _usable_identity() -> Identity | None:
    who = identity()
    if who is not None:
        who.refuse_time(now())
    return who


def unsafe_settings() -> list[Error]:
    """What these settings hold that production must not run with; needs no service."""
    found = []
    if settings.DEBUG:
        found.append(Error("BRANDHUB_DEBUG is on.", id="brandhub.E001"))
    key = settings.SECRET_KEY
    if (
        len(key) < _SHORTEST_SECRET_KEY
        or len(set(key)) < _FEWEST_DISTINCT_CHARACTERS
        or "that-production-refuses" in key
    ):
        found.append(
            Error(
                "BRANDHUB_SECRET_KEY is weak; it must be 50 or more random characters.",
                id="brandhub.E002",
            )
        )
    if not settings.ALLOWED_HOSTS or any(host in {"*", "."} for host in settings.ALLOWED_HOSTS):
        found.append(
            Error("BRANDHUB_ALLOWED_HOSTS is open to every host name.", id="brandhub.E003")
        )
    if set(settings.CELERY_ACCEPT_CONTENT) != {"json"} or settings.CELERY_TASK_SERIALIZER != "json":
        found.append(Error("Celery must take and send JSON only.", id="brandhub.E004"))
    if not settings.PUBLIC_URL.startswith("https://"):
        found.append(Error("BRANDHUB_PUBLIC_URL must be an https address.", id="brandhub.E005"))
    return found


@register(Tags.security, deploy=True)
def check_production_settings(
    app_configs: Sequence[AppConfig] | None, **kwargs: Any
) -> Iterable[CheckMessage]:
    return unsafe_settings()


@register(Tags.database)
def check_postgresql(
    app_configs: Sequence[AppConfig] | None,
    databases: Sequence[str] | None = None,
    **kwargs: Any,
) -> list[CheckMessage]:
    """The server is new enough, has pgvector, and enforces the time limits."""
    found: list[CheckMessage] = []
    for alias in databases or ():
        try:
            with connections[alias].cursor() as cursor:
                cursor.execute(
                    "SELECT current_setting('server_version_num')::int / 10000,"
                    " EXISTS (SELECT FROM pg_available_extensions WHERE name = 'vector'),"
                    " current_setting('lock_timeout'),"
                    " current_setting('idle_in_transaction_session_timeout')"
                )
                version, has_vector, lock_timeout, idle_timeout = cursor.fetchone()
        except (DatabaseError, PoolTimeout) as error:
            found.append(
                Error(
                    f"PostgreSQL does not answer ({type(error).__name__}).",
                    hint="Look at DATABASE_URL, or start the embedded server with `make run`.",
                    id="brandhub.E010",
                )
            )
            continue
        if version < OLDEST_POSTGRESQL:
            found.append(
                Error(
                    f"PostgreSQL {version} is too old; {OLDEST_POSTGRESQL} or newer is needed.",
                    id="brandhub.E011",
                )
            )
        if not has_vector:
            found.append(
                Error("The PostgreSQL server lacks the extension pgvector.", id="brandhub.E012")
            )
        if "0" in (lock_timeout, idle_timeout):
            found.append(
                Error(
                    "lock_timeout or idle_in_transaction_session_timeout is off; a pooler in"
                    " front of PostgreSQL may have dropped the connection's options.",
                    id="brandhub.E013",
                )
            )
    return found


@register(Tags.database)
def check_redis(
    app_configs: Sequence[AppConfig] | None,
    databases: Sequence[str] | None = None,
    **kwargs: Any,
) -> list[CheckMessage]:
    """Redis or Valkey answers and is new enough; asked only when the database is, too."""
    if not databases:
        return []
    try:
        version = redis_version()
    except (RedisError, OSError) as error:
        return [
            Error(
                f"Redis does not answer ({type(error).__name__}).",
                hint="Look at REDIS_URL, or start the embedded server with `make run`.",
                id="brandhub.E020",
            )
        ]
    if version < OLDEST_REDIS:
        return [Error("Redis is too old; 6.2 or newer is needed.", id="brandhub.E021")]
    return []


def redis_version() -> tuple[int, ...]:
    """The Redis version whose commands the server speaks."""
    client = cache._cache.get_client()  # type: ignore[attr-defined]
    return tuple(int(part) for part in client.info("server")["redis_version"].split(".")[:2])


@register(Tags.database)
def check_demo_accounts(
    app_configs: Sequence[AppConfig] | None,
    databases: Sequence[str] | None = None,
    **kwargs: Any,
) -> list[CheckMessage]:
    """Production holds no account whose password the demo prints."""
    if not settings.PRODUCTION or not databases:
        return []
    try:
        count = (
            get_user_model()
            .objects.filter(is_active=True, email__iendswith=f"@{settings.DEMO_EMAIL_DOMAIN}")
            .count()
        )
    except (DatabaseError, PoolTimeout):
        # Unreachable is E010's to say; before the first migration there are no accounts.
        return []
    if count:
        return [
            Error(
                f"{count} demo accounts are active.",
                hint="Deactivate them, or start from an empty database.",
                id="brandhub.E030",
            )
        ]
    return []


@register(Tags.security)
def check_signer(app_configs: Sequence[AppConfig] | None, **kwargs: Any) -> list[CheckMessage]:
    """Content credentials can be signed and checked, with what is configured for them."""
    try:
        anchors()
        who = _usable_identity()
    except UnusableIdentity as problem:
        return [Error(str(problem), id="brandhub.E040")]
    if who is not None and who.not_after - now() < _RENEW_WITHIN:
        return [
            CheckWarning(
                f"The certificate of content credentials expires on {who.not_after:%Y-%m-%d};"
                " from then on pictures go out unsigned.",
                id="brandhub.W041",
            )
        ]
    return []


@register(Tags.security, deploy=True)
def check_that_pictures_are_signed(
    app_configs: Sequence[AppConfig] | None, **kwargs: Any
) -> list[CheckMessage]:
    if settings.C2PA_KEY:
        return []
    return [
        Info(
            "Pictures go out without content credentials: BRANDHUB_C2PA_KEY is not set.",
            id="brandhub.I042",
        )
    ]
