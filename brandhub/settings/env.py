"""The environment: every variable BrandHub reads is read here, once, and nowhere else.

A variable that is missing or wrong stops the start with one sentence on standard error
instead of a traceback, whichever process reads it first.
"""

import ipaddress
import os
from pathlib import Path
from typing import Any
from urllib.parse import SplitResult, unquote, urlsplit

import psycopg
from psycopg.conninfo import conninfo_to_dict
from redis.connection import parse_url

BASE_DIR = Path(__file__).resolve().parents[2]


class ConfigurationError(SystemExit):
    """The environment is wrong; the process ends with the sentence that says how."""

    def __init__(self, sentence: str) -> None:
        super().__init__(f"BrandHub cannot start: {sentence}")


def text(name: str, default: str = "") -> str:
    """The variable without surrounding blanks, or ``default`` when it is unset or empty."""
    return os.environ.get(name, "").strip() or default


def required(name: str, what: str) -> str:
    """The variable's value; raises ``ConfigurationError`` saying ``what`` it is when missing."""
    value = text(name)
    if not value:
        raise ConfigurationError(f"{name} is not set; it must hold {what}.")
    return value


def flag(name: str, default: bool) -> bool:
    """A yes/no variable; raises ``ConfigurationError`` for anything else."""
    value = text(name).lower()
    if not value:
        return default
    if value in {"1", "true", "yes", "on"}:
        return True
    if value in {"0", "false", "no", "off"}:
        return False
    raise ConfigurationError(f"{name} is {value!r}; it must be 1 or 0.")


def integer(name: str, default: int, *, low: int, high: int) -> int:
    """A whole number within ``low..high``; raises ``ConfigurationError`` otherwise."""
    value = text(name)
    if not value:
        return default
    try:
        number = int(value)
    except ValueError:
        raise ConfigurationError(f"{name} is {value!r}; it must be a whole number.") from None
    if not low <= number <= high:
        raise ConfigurationError(f"{name} is {number}; it must lie between {low} and {high}.")
    return number


def seconds(name: str, default: float, *, low: float, high: float) -> float:
    """A duration in seconds within ``low..high``; raises ``ConfigurationError`` otherwise."""
    value = text(name)
    if not value:
        return default
    try:
        number = float(value)
    except ValueError:
        raise ConfigurationError(f"{name} is {value!r}; it must be seconds.") from None
    if not low <= number <= high:
        raise ConfigurationError(f"{name} is {value}; it must lie between {low:g} and {high:g}.")
    return number


def words(name: str) -> list[str]:
    """A comma-separated list, blanks and empty items dropped."""
    return [item.strip() for item in text(name).split(",") if item.strip()]


def networks(name: str) -> list[str]:
    """A comma-separated list of IP networks; raises ``ConfigurationError`` for one that is none."""
    for network in words(name):
        try:
            ipaddress.ip_network(network)
        except ValueError:
            raise ConfigurationError(
                f"{name} names {network!r}; it must be a network such as 10.1.0.0/16."
            ) from None
    return words(name)


def choice(name: str, default: str, allowed: set[str]) -> str:
    """One of ``allowed``, compared without case; raises ``ConfigurationError`` otherwise."""
    value = text(name, default)
    for item in allowed:
        if item.lower() == value.lower():
            return item
    raise ConfigurationError(
        f"{name} is {value!r}; it must be one of {', '.join(sorted(allowed))}."
    )


def folder(name: str, default: Path) -> Path:
    """An absolute folder; a relative one is taken from the current directory."""
    value = text(name)
    return Path(value).expanduser().resolve() if value else default


def _split(url: str) -> SplitResult | None:
    """The parts of ``url``; None where its host or its port cannot be read."""
    try:
        parts = urlsplit(url)
        _ = parts.port
    except ValueError:
        return None
    return parts


def web_address(name: str, default: str) -> str:
    """An http(s) origin without a trailing slash."""
    value = text(name, default).rstrip("/")
    parts = _split(value)
    # Nothing but scheme, host and port: links and the check of origins are made of it.
    bare = parts is not None and parts.geturl() == f"{parts.scheme}://{parts.netloc}"
    if (
        parts is None
        or parts.scheme not in {"http", "https"}
        or not parts.hostname
        or not bare
        or "@" in parts.netloc
    ):
        raise ConfigurationError(
            f"{name} is {value!r}; it must be an origin such as https://avatars.example.com."
        )
    return value


def database(url: str) -> dict[str, Any]:
    """Django's connection settings for a libpq URL, as ``DATABASE_URL`` holds it."""
    if not url.startswith(("postgresql://", "postgres://")):
        raise ConfigurationError("DATABASE_URL must start with postgresql://.")
    try:
        parts: dict[str, Any] = conninfo_to_dict(url)
    except psycopg.ProgrammingError:
        # The parser's own message repeats the URL, password included.
        raise ConfigurationError(
            "DATABASE_URL is not a PostgreSQL URL such as postgresql://user:password@host/name."
        ) from None
    if not parts.get("dbname"):
        raise ConfigurationError("DATABASE_URL names no database.")
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": parts.pop("dbname"),
        "USER": parts.pop("user", ""),
        "PASSWORD": parts.pop("password", ""),
        "HOST": parts.pop("host", ""),
        "PORT": str(parts.pop("port", "")),
        "OPTIONS": parts,
    }


def redis(url: str) -> str:
    """The checked ``REDIS_URL``: redis://, rediss:// or unix://."""
    try:
        parse_url(url)
    except ValueError:
        raise ConfigurationError(
            "REDIS_URL must be a URL such as redis://host:6379/0 or unix:///path/to.sock?db=0."
        ) from None
    return url


def storage(url: str) -> Path:
    """The folder that a ``STORAGE_URL`` of scheme file: names."""
    parts = _split(url)
    if parts is None or parts.scheme != "file" or parts.netloc or not parts.path.startswith("/"):
        raise ConfigurationError("STORAGE_URL must be a file:///absolute/folder URL.")
    return Path(unquote(parts.path))


def mail_server(url: str) -> dict[str, Any]:
    """Django's settings for a mail server: ``smtp://``, ``smtp+starttls://`` or ``smtps://``.

    An empty URL means that no e-mail is sent.
    """
    if not url:
        return {}
    parts = _split(url)
    ports = {"smtp": 25, "smtp+starttls": 587, "smtps": 465}
    if (
        parts is None
        or parts.scheme not in ports
        or not parts.hostname
        or parts.path.strip("/")
        or parts.query
    ):
        # Not repeated: it may hold a password.
        raise ConfigurationError(
            "BRANDHUB_EMAIL_URL must be a URL such as smtp+starttls://user:password@host:587."
        )
    return {
        "EMAIL_HOST": parts.hostname,
        "EMAIL_PORT": parts.port or ports[parts.scheme],
        "EMAIL_HOST_USER": unquote(parts.username or ""),
        "EMAIL_HOST_PASSWORD": unquote(parts.password or ""),
        "EMAIL_USE_TLS": parts.scheme == "smtp+starttls",
        "EMAIL_USE_SSL": parts.scheme == "smtps",
    }


# The folder of everything this installation writes on its own: the embedded PostgreSQL and
# Valkey, their logs, and by default the stored files. Default: var/ in the project.
DATA_DIR = folder("BRANDHUB_DATA_DIR", BASE_DIR / "var")

# PostgreSQL 18 (for uuidv7) with pgvector, as a libpq URL. Default: the embedded server's socket.
DATABASE_URL = text("DATABASE_URL")

# Redis 6.2 or newer, or Valkey: broker, cache and progress fan-out. Default: the embedded server.
REDIS_URL = text("REDIS_URL")

# Where originals, candidates and renditions are kept. Default: storage/ in BRANDHUB_DATA_DIR.
STORAGE_ROOT = storage(text("STORAGE_URL", (DATA_DIR / "storage").as_uri()))

# The folder of the base models' weights, one folder per model. Default: weights/ in the project.
MODELS_DIR = folder("BRANDHUB_MODELS_DIR", BASE_DIR / "weights")

# Signs sessions and tokens. Required in production: 50 characters or more, random.
SECRET_KEY = text("BRANDHUB_SECRET_KEY")

# The port of the web process that `make run` starts, on the loopback address.
PORT = integer("BRANDHUB_PORT", 8000, low=1, high=65535)

# The origin under which people and platforms reach this installation; links in webhooks and
# in API answers start with it. Required in production.
PUBLIC_URL = web_address("BRANDHUB_PUBLIC_URL", f"http://127.0.0.1:{PORT}")

# Host names that requests may carry, separated by commas. Required in production, without "*".
ALLOWED_HOSTS = words("BRANDHUB_ALLOWED_HOSTS")

# How many proxies in front may be believed about the client's address and TLS. With 0 the
# headers X-Forwarded-For and X-Forwarded-Proto are ignored. Production behind a proxy: 1.
PROXY_COUNT = integer("BRANDHUB_PROXY_COUNT", 0, low=0, high=5)

# Django's error pages with source code, for development only. Production refuses it.
DEBUG = flag("BRANDHUB_DEBUG", default=False)

# The least serious log entry that is written.
LOG_LEVEL = choice("BRANDHUB_LOG_LEVEL", "INFO", {"DEBUG", "INFO", "WARNING", "ERROR"})

# json: one object per line, for collectors; text: coloured lines for people.
# Default: json in production, text elsewhere.
LOG_FORMAT = choice("BRANDHUB_LOG_FORMAT", "", {"", "json", "text"})

# Whoever brings it as a bearer token may read /metrics: 32 characters or more, random. Default:
# none, and nobody may.
METRICS_TOKEN = text("BRANDHUB_METRICS_TOKEN")
if 0 < len(METRICS_TOKEN) < 32:
    raise ConfigurationError("BRANDHUB_METRICS_TOKEN has fewer than 32 characters.")

# Connections that one process may hold open to PostgreSQL at once.
DB_POOL_SIZE = integer("BRANDHUB_DB_POOL_SIZE", 10, low=1, high=200)

# How long one SQL statement may run, in milliseconds; 0 for no limit (long migrations).
DB_STATEMENT_TIMEOUT_MS = integer("BRANDHUB_DB_STATEMENT_TIMEOUT_MS", 15_000, low=0, high=3_600_000)

# The model family that this machine's render worker serves; its queue is render.<family>.
MODEL_FAMILY = text("BRANDHUB_MODEL_FAMILY", "avatar-mini")

# How many candidates one forward pass renders at most. More needs more memory and answers later.
RENDER_BATCH_SIZE = integer("BRANDHUB_RENDER_BATCH_SIZE", 4, low=1, high=64)

# A render lease ends this long after its last heartbeat: what a killed worker held is taken up
# again after at most this, one sweep and one hint. It must exceed the slowest denoising step.
RENDER_LEASE_SECONDS = seconds("BRANDHUB_RENDER_LEASE_SECONDS", 6, low=0.2, high=600)

# How often a render worker renews its leases, if a step has finished since.
RENDER_HEARTBEAT_SECONDS = seconds("BRANDHUB_RENDER_HEARTBEAT_SECONDS", 1.5, low=0.05, high=200)

if RENDER_LEASE_SECONDS < 2 * RENDER_HEARTBEAT_SECONDS:
    # A heartbeat that comes too late would lose every picture to the sweep, again and again.
    raise ConfigurationError(
        "BRANDHUB_RENDER_LEASE_SECONDS must be twice BRANDHUB_RENDER_HEARTBEAT_SECONDS or more."
    )

# No lease is renewed for longer than this after its claim, however busy its worker looks.
RENDER_HARD_LIMIT_SECONDS = seconds("BRANDHUB_RENDER_HARD_LIMIT_SECONDS", 600, low=1, high=86_400)

# Executions after which a candidate that keeps failing is quarantined.
RENDER_MAX_ATTEMPTS = integer("BRANDHUB_RENDER_MAX_ATTEMPTS", 4, low=1, high=100)

# How long one wake-up keeps a render worker claiming before it asks for the next one.
RENDER_DRAIN_SECONDS = seconds("BRANDHUB_RENDER_DRAIN_SECONDS", 60, low=0.1, high=3600)

# How long one webhook attempt may take, from resolving the name to the answer's headers.
WEBHOOK_TIMEOUT_SECONDS = seconds("BRANDHUB_WEBHOOK_TIMEOUT_SECONDS", 10, low=0.2, high=60)

# A delivery's lease; it must exceed the timeout, for a lease is not renewed while it lasts.
WEBHOOK_LEASE_SECONDS = seconds("BRANDHUB_WEBHOOK_LEASE_SECONDS", 30, low=0.5, high=600)
if WEBHOOK_LEASE_SECONDS < WEBHOOK_TIMEOUT_SECONDS + 1:
    raise ConfigurationError(
        "BRANDHUB_WEBHOOK_LEASE_SECONDS must exceed BRANDHUB_WEBHOOK_TIMEOUT_SECONDS by a second."
    )

# How long one wake-up keeps a worker delivering before it asks for the next one.
WEBHOOK_DRAIN_SECONDS = seconds("BRANDHUB_WEBHOOK_DRAIN_SECONDS", 20, low=0.1, high=600)

# Networks that webhooks may reach although they are not public, as 10.1.0.0/16, separated by
# commas. Default: none in production, the loopback addresses elsewhere.
WEBHOOK_ALLOWED_NETWORKS = networks("BRANDHUB_WEBHOOK_ALLOWED_NETWORKS")

# Keys that encrypt webhook secrets, separated by commas: the first encrypts, all decrypt. Each 32
# characters or more, random. Default: the secret key, which then must never change.
ENCRYPTION_KEYS = words("BRANDHUB_ENCRYPTION_KEYS")
if any(len(key) < 32 for key in ENCRYPTION_KEYS):
    raise ConfigurationError("A key in BRANDHUB_ENCRYPTION_KEYS has fewer than 32 characters.")

# How often the sweep takes up what is overdue.
SWEEP_SECONDS = seconds("BRANDHUB_SWEEP_SECONDS", 1, low=0.1, high=60)

# The mail server of letters to reviewers, as smtp+starttls://user:password@host:587; smtp:// and
# smtps:// are taken, too. Default: none, and no letters.
EMAIL_SERVER = mail_server(text("BRANDHUB_EMAIL_URL"))

# Whom letters are from.
EMAIL_FROM = text("BRANDHUB_EMAIL_FROM", "BrandHub <brandhub@localhost>")

# Content credentials of published avatars (C2PA): the signer's certificate and those that lead from
# it to an authority, and its key; each the PEM itself or a file of it. Default: none, no signing.
C2PA_CERTIFICATES = text("BRANDHUB_C2PA_CERTIFICATES")
C2PA_KEY = text("BRANDHUB_C2PA_KEY")

# The authorities whose signers `manage.py verify_credentials` believes, as PEM or a file of it.
# With a key, the one that the certificates lead to is among them.
C2PA_ANCHORS = text("BRANDHUB_C2PA_ANCHORS")
if bool(C2PA_CERTIFICATES) != bool(C2PA_KEY) or (C2PA_KEY and not C2PA_ANCHORS):
    raise ConfigurationError(
        "BRANDHUB_C2PA_CERTIFICATES, BRANDHUB_C2PA_KEY and BRANDHUB_C2PA_ANCHORS belong together;"
        " set all three, or the last alone, or none."
    )
