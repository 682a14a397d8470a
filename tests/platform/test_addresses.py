"""Addresses that name nothing, and must not be looked up."""

import pytest
from django.test import Client

from tests.factories import BrandFactory, member

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    "address",
    [
        "/public/%00/avatar",
        "/trainings/new/?brand=acme%00",
        "/admin/audit/auditevent/?object_type=%00",
        "/admin/avatars/bot/?q=a%00b",
    ],
)
def test_a_zero_byte_is_a_bad_request_and_no_failure(address: str) -> None:
    client = Client(raise_request_exception=False)
    client.force_login(
        member(BrandFactory(slug="acme"), "manager", is_staff=True, is_superuser=True)
    )
    answer = client.get(address)
    assert answer.status_code == 400
    assert "Content-Security-Policy" in answer.headers
