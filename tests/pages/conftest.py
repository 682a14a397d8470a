"""A world for each test of a page."""

import pytest

from tests.pages.world import World, build


@pytest.fixture
def world(db: None) -> World:
    return build(name="Acme Robotics")
