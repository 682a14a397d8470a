"""A world for each test of a page: built once for a module, and given to each test as it was."""

import copy
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.conf import settings
from django.db import transaction
from django.test import override_settings
from pytest_django import DjangoDbBlocker

from tests.pages.world import World, build


@pytest.fixture(scope="module")
def _world_and_its_files(
    django_db_setup: None,
    django_db_blocker: DjangoDbBlocker,
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[tuple[World, Path]]:
    """A world in a transaction around those of the module's tests, which ends with them."""
    storage = tmp_path_factory.mktemp("world")
    around = transaction.atomic()
    with django_db_blocker.unblock():
        around.__enter__()
        with override_settings(STORAGE_ROOT=storage):
            built = build(name="Acme Robotics")
    yield built, storage
    with django_db_blocker.unblock():
        transaction.set_rollback(True)
        around.__exit__(None, None, None)


@pytest.fixture
def world(db: None, _world_and_its_files: tuple[World, Path]) -> World:
    built, storage = _world_and_its_files
    shutil.copytree(storage, settings.STORAGE_ROOT, dirs_exist_ok=True)
    return copy.deepcopy(built)
