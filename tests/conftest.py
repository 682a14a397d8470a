"""One PostgreSQL and one Valkey for the whole test session, from the same wheels as `make run`."""

import contextlib
import fcntl
import os
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import hypothesis
import pytest
import redis
from django.conf import settings
from django.core.management.commands import flush
from django.db.backends.postgresql.operations import DatabaseOperations
from django.utils import translation
from pytest_django import Settings

from brandhub.common.outage import redis_outage
from brandhub.embedded.layout import Layout
from brandhub.embedded.services import Services, ownership
from tests.fixtures.flush import delete_all_rows

pytest_plugins = [
    "tests.fixtures.browser",
    "tests.fixtures.order",
    "tests.integration.processes",
]

# The same examples in each run, however long they take: a run that fails is no matter of luck.
hypothesis.settings.register_profile(
    "suite",
    deadline=None,
    derandomize=True,
    suppress_health_check=[hypothesis.HealthCheck.too_slow],
)
hypothesis.settings.load_profile("suite")

_running = pytest.StashKey[contextlib.ExitStack]()


def pytest_configure(config: pytest.Config) -> None:
    """Starts the services once, in the process that pytest-xdist's workers are started from."""
    if hasattr(config, "workerinput") or config.option.collectonly:
        return
    _remove_folders_of_dead_sessions()
    layout = Layout(settings.DATA_DIR)
    stack = contextlib.ExitStack()
    stack.enter_context(ownership(layout))
    stack.enter_context(Services(layout, say=lambda sentence: None, durable=False))
    config.stash[_running] = stack


def pytest_unconfigure(config: pytest.Config) -> None:
    if stack := config.stash.get(_running, None):
        stack.close()
        shutil.rmtree(settings.DATA_DIR, ignore_errors=True)
        shutil.rmtree(Layout(settings.DATA_DIR).run_dir, ignore_errors=True)


def _remove_folders_of_dead_sessions() -> None:
    """A killed session leaves its folder; the kernel has freed its lock, so it can be told."""
    for folder in Path(tempfile.gettempdir()).glob("brandhub-tests-*"):
        lock = folder / "supervisor.lock"
        # Another session may be removing the same folder.
        with contextlib.suppress(FileNotFoundError, BlockingIOError):
            if folder.stat().st_uid != os.geteuid():
                continue
            with lock.open("r+") as file:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
                shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(scope="session", autouse=True)
def _flush_that_may_empty_the_audit_trail() -> Iterator[None]:
    """Lets transactional tests clean up after themselves; see ``delete_all_rows``."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(DatabaseOperations, "execute_sql_flush", delete_all_rows)
        # What it would make anew (content types, permissions) is not deleted.
        patch.setattr(flush, "emit_post_migrate_signal", lambda *_, **__: None)
        yield


@pytest.fixture(scope="session", autouse=True)
def _files_that_no_power_cut_has_to_spare() -> Iterator[None]:
    """As the services of the tests: a file is written, and the disk is not waited for.

    A test makes some twenty pictures, and the disk takes milliseconds for each.
    """
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(os, "fsync", lambda descriptor: None)
        yield


@pytest.fixture(autouse=True)
def _storage_and_redis_of_its_own(tmp_path: Path, settings: Settings) -> None:
    """Gives each test an empty file store and an empty Redis.

    Each pytest-xdist worker has a Redis database of its own; see ``brandhub.settings.test``.
    """
    settings.STORAGE_ROOT = tmp_path / "storage"
    redis_outage.forget()
    with redis.Redis.from_url(settings.REDIS_URL) as client:
        client.flushdb()


@pytest.fixture(autouse=True)
def _language_of_nobody() -> None:
    """Forgets the language of an earlier test's last page, which stays with the thread."""
    translation.deactivate()
