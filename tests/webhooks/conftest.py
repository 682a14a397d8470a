import pytest
from pytest_django import Settings

from brandhub.accounts.models import ApiClient, Brand
from tests.factories import ApiClientFactory, BrandFactory


@pytest.fixture
def loopback_allowed(settings: Settings) -> None:
    """As the development settings do: receivers on this machine may be reached."""
    settings.WEBHOOK_ALLOWED_NETWORKS = ["127.0.0.0/8", "::1/128"]


@pytest.fixture
def brand(db: None) -> Brand:
    return BrandFactory(slug="acme")


@pytest.fixture
def platform(brand: Brand) -> ApiClient:
    return ApiClientFactory(brands=[brand])
