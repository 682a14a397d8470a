"""One machine: the embedded PostgreSQL and Valkey unless the environment names others.

`make run` starts with this. Django's debug pages are off unless BRANDHUB_DEBUG is 1, so that
what is seen here is what production shows.
"""

import warnings

from celery.exceptions import SecurityWarning

from brandhub.c2pa import ANCHORS_FILE, CERTIFICATES_FILE, KEY_FILE
from brandhub.settings import env
from brandhub.settings.base import *  # noqa: F403
from brandhub.settings.base import ALLOWED_HOSTS as _ALLOWED_HOSTS
from brandhub.settings.base import SECRET_KEY as _SECRET_KEY

# Known to everybody who reads this file; brandhub.settings.prod refuses it.
SECRET_KEY = _SECRET_KEY or "dev-only-key-that-production-refuses-0123456789abcdefghij"
ALLOWED_HOSTS = _ALLOWED_HOSTS or ["127.0.0.1", "localhost", "[::1]"]

# Workers of a container or of a bare machine often run as root. What Celery warns of is pickle,
# which no setting of BrandHub accepts.
warnings.filterwarnings("ignore", category=SecurityWarning)

# Receivers run on this machine, too; production opens no network by itself.
WEBHOOK_ALLOWED_NETWORKS = env.WEBHOOK_ALLOWED_NETWORKS or ["127.0.0.0/8", "::1/128"]

# Without a certificate of its own choosing, this machine signs with one that `prepare` has made.
if not env.C2PA_KEY and not env.C2PA_ANCHORS:
    C2PA_OWN_IDENTITY = env.DATA_DIR / "content-credentials"
    if C2PA_OWN_IDENTITY.is_dir():
        C2PA_CERTIFICATES = str(C2PA_OWN_IDENTITY / CERTIFICATES_FILE)
        C2PA_KEY = str(C2PA_OWN_IDENTITY / KEY_FILE)
        C2PA_ANCHORS = str(C2PA_OWN_IDENTITY / ANCHORS_FILE)
