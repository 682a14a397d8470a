"""The test suite: services and files of its own, under a folder that ends with the session.

`tests/conftest.py` starts the services in ``BRANDHUB_DATA_DIR``. The variable is set here, before
``env`` is read, so that pytest-xdist's workers and the processes that integration tests start
inherit the same folder.
"""

import os
import tempfile
from pathlib import Path

from brandhub.embedded.layout import Layout

_ROOT = "BRANDHUB_TEST_DATA_DIR"
if _ROOT not in os.environ:
    os.environ[_ROOT] = str(Path(tempfile.gettempdir()) / f"brandhub-tests-{os.getpid()}")
    # A developer's own services must never be what the tests empty.
    for _name in ("DATABASE_URL", "REDIS_URL", "STORAGE_URL"):
        os.environ.pop(_name, None)
os.environ["BRANDHUB_DATA_DIR"] = os.environ[_ROOT]
# Redis database 0 for a plain run, 1, 2, … for pytest-xdist's workers gw0, gw1, … These inherit the
# address of the process that started them and must not keep it: each test empties its database.
# The processes that integration tests start keep what their test gave them.
if "REDIS_URL" not in os.environ or (
    "PYTEST_XDIST_WORKER" in os.environ and "BRANDHUB_TEST_PROCESS" not in os.environ
):
    _worker = os.environ.get("PYTEST_XDIST_WORKER", "gw-1").removeprefix("gw")
    os.environ["REDIS_URL"] = Layout(Path(os.environ[_ROOT])).redis_url(int(_worker) + 1)

from brandhub.settings.base import *  # noqa: E402, F403
from brandhub.settings.base import DATABASES as _DATABASES  # noqa: E402

SECRET_KEY = "test-only-key-that-production-refuses-0123456789abcdefghij"  # noqa: S105
# Django keeps the letters of tests in ``mail.outbox``.
SENDS_EMAIL = True
ALLOWED_HOSTS = ["127.0.0.1", "localhost", "testserver"]
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]

# pytest-django creates and drops databases, which open pools would prevent. The processes that
# integration tests start keep the pool, as production has it.
if "BRANDHUB_TEST_PROCESS" not in os.environ:
    _DATABASES["default"]["OPTIONS"].pop("pool", None)
