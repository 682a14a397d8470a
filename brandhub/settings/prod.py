"""Production: every choice that has a safe side only is made here, the rest must be given."""

from brandhub.common.logs import logging_config
from brandhub.settings import env
from brandhub.settings.base import *  # noqa: F403

PRODUCTION = True
SECRET_KEY = env.required("BRANDHUB_SECRET_KEY", "50 or more random characters")
# ``base`` has defaults for these that suit one machine only.
env.required("DATABASE_URL", "the URL of PostgreSQL")
env.required("REDIS_URL", "the URL of Redis or Valkey")
env.required("BRANDHUB_ALLOWED_HOSTS", "the host names of this installation")
env.required("BRANDHUB_PUBLIC_URL", "the origin of this installation")
# As it was read: a browser's Origin has no slash at its end, and is compared letter by letter.
CSRF_TRUSTED_ORIGINS = [env.PUBLIC_URL]

SECURE_SSL_REDIRECT = True
# Probes and Prometheus come from inside the cluster, without TLS.
SECURE_REDIRECT_EXEMPT = [r"^healthz$", r"^readyz$", r"^metrics$"]
SECURE_HSTS_SECONDS = 365 * 24 * 3600
SECURE_HSTS_INCLUDE_SUBDOMAINS = True
SECURE_HSTS_PRELOAD = True
SESSION_COOKIE_SECURE = True
CSRF_COOKIE_SECURE = True
if env.PROXY_COUNT:
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")

# Filled by `manage.py collectstatic` when the image is built.
STATIC_ROOT = env.DATA_DIR / "staticfiles"
WHITENOISE_USE_FINDERS = False
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
}

LOGGING = logging_config(level=env.LOG_LEVEL, as_json=env.LOG_FORMAT != "text")
