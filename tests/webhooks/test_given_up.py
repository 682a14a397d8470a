"""The owner of a client is told of an endpoint that was given up."""

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from tests import factories

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("values", "says"),
    [
        ({"disabled_reason": "failing"}, "for five days every message there has failed"),
        ({"disabled_reason": "gone"}, "the answer there was that nobody listens (410)"),
        ({"disabled_reason": "by_request"}, ""),
        ({"disabled_reason": "failing", "sandbox": True}, ""),
        ({"disabled_reason": "failing", "client__is_active": False}, ""),
        ({"disabled_reason": "failing", "is_enabled": True}, ""),
    ],
)
def test_the_first_page_tells_its_owner_and_nobody_else(
    client: Client, values: dict[str, Any], says: str
) -> None:
    values = {"is_enabled": False, "client__name": "Chat desk"} | values
    endpoint = factories.WebhookEndpointFactory(**values)
    told = f"Chat desk is told nothing any more at {endpoint.host}: {says}"

    client.force_login(endpoint.client.owner)
    page = client.get(reverse("pages:home")).content.decode()
    assert ("Chat desk" in page) is bool(says)
    assert (told in page) is bool(says)
    assert "/brandhub" not in page.partition("Chat desk")[2][:300]

    client.force_login(factories.UserFactory())
    assert "Chat desk" not in client.get(reverse("pages:home")).content.decode()
