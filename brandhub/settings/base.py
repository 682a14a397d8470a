"""What holds in every environment; ``dev``, ``test`` and ``prod`` start from here.

The chain is ``env`` → ``base`` → one of ``dev``, ``test``, ``prod``. Values that differ between
installations come from ``env``; nothing here reads the environment.
"""

import logging
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from csp.constants import NONE, SELF
from django.templatetags.static import static
from django.utils.translation import gettext_lazy as _

from brandhub.common.logs import logging_config
from brandhub.embedded.layout import Layout
from brandhub.settings import env

BASE_DIR = env.BASE_DIR
DATA_DIR = env.DATA_DIR
MODELS_DIR = env.MODELS_DIR
STORAGE_ROOT = env.STORAGE_ROOT
PUBLIC_URL = env.PUBLIC_URL

# True only in brandhub.settings.prod; brandhub.checks refuses unsafe values where it is.
PRODUCTION = False
DEBUG = env.DEBUG
SECRET_KEY = env.SECRET_KEY
ALLOWED_HOSTS = env.ALLOWED_HOSTS

# Accounts that `seed_demo` makes end in this domain, so that production can refuse them.
DEMO_EMAIL_DOMAIN = "demo.example"

# --- Applications ---------------------------------------------------------------------------

INSTALLED_APPS = [
    "unfold",
    "unfold.contrib.filters",
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.postgres",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "rest_framework",
    "drf_spectacular",
    "drf_spectacular_sidecar",
    "django_structlog",
    "pgtrigger",
    "axes",
    "brandhub.apps.BrandHubConfig",
    "brandhub.accounts",
    "brandhub.audit",
    "brandhub.webhooks",
    "brandhub.jobs",
    "styles",
    "avatars",
    "moderation",
]

MIDDLEWARE = [
    "brandhub.common.metrics.http.HttpMetricsMiddleware",
    "brandhub.common.requests.RequestLogMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "csp.middleware.CSPMiddleware",
    "brandhub.common.headers.AdminPolicyMiddleware",
    "brandhub.common.headers.PermissionsPolicyMiddleware",
    "brandhub.common.headers.ArrivalMiddleware",
    "brandhub.common.addresses.FormEncodingMiddleware",
    "brandhub.common.addresses.ZeroByteMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "brandhub.common.headers.SameForEverybodyMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "brandhub.common.addresses.NamedHostMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "brandhub.api.fallbacks.BodyRefusedMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "brandhub.common.error_pages.ErrorPageMiddleware",
    "brandhub.common.error_pages.DeedAddressMiddleware",
    "axes.middleware.AxesMiddleware",
]

ROOT_URLCONF = "brandhub.urls"
ASGI_APPLICATION = "brandhub.asgi.application"
ADMIN_PATH = "admin/"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "brandhub.navigation.navigation",
            ],
        },
    },
]

UNFOLD = {
    "SITE_TITLE": "BrandHub",
    "SITE_HEADER": "BrandHub",
    # The pages tell times in the reader's zone, by script; here they stand as they are stored.
    "SITE_SUBHEADER": _("Times are in UTC"),
    "SHOW_LANGUAGES": True,
    "SITE_FAVICONS": [
        {
            "rel": "icon",
            "type": "image/svg+xml",
            "href": lambda request: static("brandhub/favicon.svg"),
        }
    ],
    "STYLES": [lambda request: static("brandhub/admin.css")],
    "SITE_ICON": lambda request: static("brandhub/favicon.svg"),
    "BORDER_RADIUS": "8px",
    "COLORS": {
        # The product's cobalt and its warm paper; see static/brandhub/tokens.css.
        "primary": {
            "50": "#f2f4fe",
            "100": "#e9edfd",
            "200": "#cfd8fb",
            "300": "#a9b8f5",
            "400": "#93a8ff",
            "500": "#8197fb",
            "600": "#1d44d8",
            "700": "#1233ae",
            "800": "#102b8c",
            "900": "#10266f",
            "950": "#0b1845",
        },
        "base": {
            "50": "#faf8f4",
            "100": "#f5f3ee",
            "200": "#e4e0d7",
            "300": "#cfcac0",
            "400": "#a3a09a",
            "500": "#666a73",
            "600": "#4a4d55",
            "700": "#343840",
            "800": "#2c313a",
            "900": "#1a1d23",
            "950": "#121418",
        },
    },
    "SIDEBAR": {"navigation": "brandhub.admin_menu.sidebar"},
    "DASHBOARD_CALLBACK": "brandhub.admin_menu.dashboard",
}

# --- PostgreSQL and Redis -------------------------------------------------------------------

_embedded = Layout(DATA_DIR)

DATABASES: dict[str, dict[str, Any]] = {
    "default": env.database(env.DATABASE_URL or _embedded.database_url())
}
DATABASES["default"] |= {
    # psycopg's pool keeps the connections; Django's own persistence must stay off beside it.
    "CONN_MAX_AGE": 0,
    "CONN_HEALTH_CHECKS": True,
}
DATABASES["default"]["OPTIONS"] |= {
    "connect_timeout": 5,
    # A forgotten lock or a runaway query ends by itself and never holds a queue up for long.
    "options": " ".join(
        [
            f"-c statement_timeout={env.DB_STATEMENT_TIMEOUT_MS}",
            "-c lock_timeout=5000",
            "-c idle_in_transaction_session_timeout=60000",
            "-c timezone=UTC",
            # Of solid state. PostgreSQL's default is a turning disk's: for it the planner would
            # rather walk the key past other brands' rows than follow a brand's own index.
            "-c random_page_cost=1.1",
        ]
    ),
    "pool": {"min_size": 0, "max_size": env.DB_POOL_SIZE, "timeout": 5, "max_idle": 60},
}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

REDIS_URL = env.redis(env.REDIS_URL or _embedded.redis_url())

# Redis may stop answering at any time: nobody waits for it longer than this.
REDIS_TIMEOUTS = {"socket_connect_timeout": 0.5, "socket_timeout": 1.0}

CACHES = {
    "default": {
        "BACKEND": "brandhub.common.process_cache.ProcessRedisCache",
        "LOCATION": REDIS_URL,
        "KEY_PREFIX": "brandhub",
        "OPTIONS": REDIS_TIMEOUTS,
    }
}
SESSION_ENGINE = "django.contrib.sessions.backends.db"

# --- Celery: see brandhub/celery.py for what its messages are and are not -------------------

MODEL_FAMILY = env.MODEL_FAMILY
RENDER_BATCH_SIZE = env.RENDER_BATCH_SIZE
RENDER_LEASE_SECONDS = env.RENDER_LEASE_SECONDS
RENDER_HEARTBEAT_SECONDS = env.RENDER_HEARTBEAT_SECONDS
RENDER_HARD_LIMIT_SECONDS = env.RENDER_HARD_LIMIT_SECONDS
RENDER_MAX_ATTEMPTS = env.RENDER_MAX_ATTEMPTS
RENDER_DRAIN_SECONDS = env.RENDER_DRAIN_SECONDS
ENCRYPTION_KEYS = env.ENCRYPTION_KEYS
WEBHOOK_TIMEOUT_SECONDS = env.WEBHOOK_TIMEOUT_SECONDS
WEBHOOK_LEASE_SECONDS = env.WEBHOOK_LEASE_SECONDS
WEBHOOK_DRAIN_SECONDS = env.WEBHOOK_DRAIN_SECONDS
WEBHOOK_ALLOWED_NETWORKS = env.WEBHOOK_ALLOWED_NETWORKS
SWEEP_SECONDS = env.SWEEP_SECONDS
CELERY_BROKER_URL = REDIS_URL.replace("unix://", "redis+socket://", 1).replace(
    "?db=", "?virtual_host=", 1
)
CELERY_BROKER_CONNECTION_TIMEOUT = 0.5
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_BROKER_CONNECTION_MAX_RETRIES = None
CELERY_BROKER_TRANSPORT_OPTIONS = {
    "socket_connect_timeout": 0.5,
    "socket_timeout": 1.0,
    "socket_keepalive": True,
    "retry_on_timeout": False,
    "max_retries": 0,
    # A hint needs no receipt, for one that is lost is sent again. A receipt that Redis kept waiting
    # took up a worker's only place, and it heard of nothing until it was connected anew.
    "ack_emulation": False,
    # Seconds. A connection on which Redis has fallen silent is dropped after twice as long.
    "health_check_interval": 3,
}
# A hint that cannot be sent is lost at once: the sweep sends it again.
CELERY_TASK_PUBLISH_RETRY = False
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_ACKS_LATE = False
CELERY_TASK_SERIALIZER = "json"
CELERY_RESULT_SERIALIZER = "json"
CELERY_ACCEPT_CONTENT = ["json"]
CELERY_TASK_DEFAULT_QUEUE = "default"
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
# Who is busy leaves the next hint to those who are not.
CELERY_WORKER_DISABLE_PREFETCH = True
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
CELERY_TIMEZONE = "UTC"
CELERY_BEAT_SCHEDULER = "celery.beat:Scheduler"


def _composed_schedule(apps: list[str]) -> dict[str, Any]:
    """Joins the ``BEAT_SCHEDULE`` of every app that has a ``schedule`` module."""
    entries: dict[str, Any] = {}
    for app in apps:
        if find_spec(f"{app}.schedule"):
            entries |= import_module(f"{app}.schedule").BEAT_SCHEDULE
    return entries


CELERY_BEAT_SCHEDULE = _composed_schedule(
    [
        "brandhub.accounts",
        "brandhub.audit",
        "brandhub.webhooks",
        "brandhub.jobs",
        "styles",
        "avatars",
        "moderation",
    ]
)

# --- People: accounts, languages, times -----------------------------------------------------

# Letters to reviewers; without a server none are written.
SENDS_EMAIL = bool(env.EMAIL_SERVER)
EMAIL_HOST = env.EMAIL_SERVER.get("EMAIL_HOST", "")
EMAIL_PORT = env.EMAIL_SERVER.get("EMAIL_PORT", 25)
EMAIL_HOST_USER = env.EMAIL_SERVER.get("EMAIL_HOST_USER", "")
EMAIL_HOST_PASSWORD = env.EMAIL_SERVER.get("EMAIL_HOST_PASSWORD", "")
EMAIL_USE_TLS = env.EMAIL_SERVER.get("EMAIL_USE_TLS", False)
EMAIL_USE_SSL = env.EMAIL_SERVER.get("EMAIL_USE_SSL", False)
EMAIL_TIMEOUT = 20
DEFAULT_FROM_EMAIL = env.EMAIL_FROM

AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = [
    "axes.backends.AxesStandaloneBackend",
    "django.contrib.auth.backends.ModelBackend",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": f"django.contrib.auth.password_validation.{name}"}
    for name in (
        "UserAttributeSimilarityValidator",
        "MinimumLengthValidator",
        "CommonPasswordValidator",
        "NumericPasswordValidator",
    )
]
LOGIN_URL = "pages:login"
LOGIN_REDIRECT_URL = "pages:home"
LOGOUT_REDIRECT_URL = "pages:login"

# Five wrong passwords for a name from one address lock that pair for a quarter of an hour.
# The counts are rows in PostgreSQL, so emptying Redis frees nobody.
AXES_HANDLER = "axes.handlers.database.AxesDatabaseHandler"
AXES_FAILURE_LIMIT = 5
AXES_COOLOFF_TIME = 0.25  # hours
AXES_LOCKOUT_PARAMETERS = [["username", "ip_address"]]
AXES_RESET_ON_SUCCESS = True
AXES_ENABLE_ADMIN = False
AXES_LOCKOUT_TEMPLATE = "registration/locked.html"
AXES_VERBOSE = False
AXES_IPWARE_PROXY_COUNT = env.PROXY_COUNT
AXES_IPWARE_META_PRECEDENCE_ORDER = (
    ["HTTP_X_FORWARDED_FOR", "REMOTE_ADDR"] if env.PROXY_COUNT else ["REMOTE_ADDR"]
)

LANGUAGE_CODE = "en"
LANGUAGES = [("en", _("English")), ("zh-hans", _("Simplified Chinese"))]
#: How English dates look: Django's own are American.
FORMAT_MODULE_PATH = "brandhub.formats"
LOCALE_PATHS = [BASE_DIR / "locale"]
USE_I18N = True
TIME_ZONE = "UTC"
USE_TZ = True

# --- Static files ---------------------------------------------------------------------------

STATIC_URL = "static/"
STATICFILES_DIRS = [BASE_DIR / "static"]
WHITENOISE_USE_FINDERS = True

# --- Answers: headers, policies, the API ----------------------------------------------------

CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF, "data:", "blob:"],
        "font-src": [SELF],
        "connect-src": [SELF],
        "manifest-src": [SELF],
        "form-action": [SELF],
        "base-uri": [NONE],
        "frame-ancestors": [NONE],
        "object-src": [NONE],
    }
}
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
SECURE_CONTENT_TYPE_NOSNIFF = True
X_FRAME_OPTIONS = "DENY"
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_SAMESITE = "Lax"

# Whole request bodies without files; uploads have limits of their own where they are read.
DATA_UPLOAD_MAX_MEMORY_SIZE = 1024 * 1024
DATA_UPLOAD_MAX_NUMBER_FIELDS = 2000
FILE_UPLOAD_HANDLERS = [
    "django.core.files.uploadhandler.MemoryFileUploadHandler",
    "brandhub.common.uploads.UnnamedUploadHandler",
]

REST_FRAMEWORK = {
    "DEFAULT_SCHEMA_CLASS": "brandhub.api.schema.ApiSchema",
    "EXCEPTION_HANDLER": "brandhub.api.problems.exception_handler",
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_PARSER_CLASSES": ["brandhub.api.parsing.StrictJSONParser"],
    "DEFAULT_AUTHENTICATION_CLASSES": [
        "brandhub.api.authentication.BearerKey",
        "brandhub.api.authentication.PagesSession",
    ],
    # Nobody: every view of the API says which scopes open it.
    "DEFAULT_PERMISSION_CLASSES": ["brandhub.api.permissions.NamesNoScope"],
    "UNAUTHENTICATED_USER": None,
}
SPECTACULAR_SETTINGS = {
    "TITLE": "BrandHub",
    "VERSION": "1",
    "OAS_VERSION": "3.1.1",
    "SCHEMA_PATH_PREFIX": "/api/v1",
    "SERVE_AUTHENTICATION": [],
    "ENUM_GENERATE_CHOICE_DESCRIPTION": False,
    "ENUM_NAME_OVERRIDES": {
        "AdapterStatus": "styles.adapters.states.AdapterStatus",
        "RequestStatus": "avatars.states.TOLD_STATUSES",
        "CandidateStatus": "avatars.states.CandidateStatus",
        "VersionStatus": "avatars.states.VersionStatus",
        "DeliveryStatus": "brandhub.webhooks.states.DeliveryStatus",
        "Verdict": "avatars.states.Verdict",
        "CaseStatus": "moderation.states.CaseStatus",
        "PolicyStatus": "moderation.states.PolicyStatus",
        "StageRole": "moderation.policies.rules.STAGE_ROLES",
    },
    "SERVE_INCLUDE_SCHEMA": False,
    "SWAGGER_UI_DIST": "SIDECAR",
    "SWAGGER_UI_FAVICON_HREF": "SIDECAR",
}

# --- Content credentials: read by whoever signs or checks files, see brandhub/c2pa -----------

C2PA_CERTIFICATES = env.C2PA_CERTIFICATES
C2PA_KEY = env.C2PA_KEY
C2PA_ANCHORS = env.C2PA_ANCHORS
# Where `prepare` makes a certificate that nobody else trusts; None where it must not.
C2PA_OWN_IDENTITY: Path | None = None

# --- Figures and logs for operators ----------------------------------------------------------

METRICS_TOKEN = env.METRICS_TOKEN

DJANGO_STRUCTLOG_CELERY_ENABLED = True
# One line per request, when it is answered.
DJANGO_STRUCTLOG_STATUS_START_LOG_LEVEL = logging.DEBUG
DJANGO_STRUCTLOG_STATUS_2XX_LOG_LEVEL = logging.INFO
DJANGO_STRUCTLOG_TRUST_UPSTREAM_REQUEST_ID = True
DJANGO_STRUCTLOG_IP_LOGGING_ENABLED = False
# Sweeps run every second; what tasks change is logged by the services that change it.
DJANGO_STRUCTLOG_CELERY_DEFAULT_LOG_LEVEL = logging.DEBUG
# Naming the user would read the session, and so the database, on every request.
DJANGO_STRUCTLOG_USER_ID_FIELD = ""
LOGGING = logging_config(level=env.LOG_LEVEL, as_json=env.LOG_FORMAT == "json")
