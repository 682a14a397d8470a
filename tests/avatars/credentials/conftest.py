"""A signer, and a picture to sign."""

from __future__ import annotations

import pytest
from pytest_django import Settings

from avatars.models import AvatarVersion
from avatars.placeholders import placeholder
from tests.api.pictures import published
from tests.avatars.credentials.signed import ROOT
from tests.c2pa.authority import configure
from tests.factories import BotFactory


@pytest.fixture
def signing_on(settings: Settings) -> None:
    configure(settings, ROOT.issue(), ROOT.pem)


@pytest.fixture
def version() -> AvatarVersion:
    """A drawn picture: one of flat colour would have the same pixels at any size."""
    drawn = placeholder(
        "identicon", bot_name="x", brand_name="x", seed="7", colours=(), spec="512-png-square"
    )
    return published(BotFactory(), drawn)
