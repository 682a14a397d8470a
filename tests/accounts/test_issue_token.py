"""A personal token from the command line: it opens the API, and is shown once."""

import pytest
from django.core.management import CommandError, call_command
from django.test import Client

from brandhub.accounts.models import ApiKey
from tests.factories import BrandFactory, UserFactory, member

pytestmark = pytest.mark.django_db


def test_with_it_a_persons_tools_review_as_they_do(client: Client, capsys) -> None:
    person = member(BrandFactory(), "reviewer")

    call_command("issue_token", person.username, name="desk", scope=["requests:read"])

    text = capsys.readouterr().out.strip()
    headers = {"authorization": f"Bearer {text}"}
    assert client.get("/api/v1/reviews", headers=headers).status_code == 200
    assert client.get("/api/v1/requests", headers=headers).status_code == 200
    assert client.get("/api/v1/styles", headers=headers).status_code == 403
    key = ApiKey.objects.get()
    assert (key.user, key.client, key.name) == (person, None, "desk")
    assert (key.expires_at - key.created_at).days in (89, 90)


@pytest.mark.parametrize(
    ("values", "says"),
    [
        ({"username": "nobody"}, "Nobody active is called nobody."),
        ({"days": 0}, "A token lasts from 1 to 3650 days."),
        ({"days": 10**9}, "A token lasts from 1 to 3650 days."),
        ({"name": " "}, "A name has 1 to 120 characters."),
        ({"name": "x" * 121}, "A name has 1 to 120 characters."),
    ],
)
def test_what_cannot_be_is_said_and_nothing_drawn(values: dict[str, object], says: str) -> None:
    given = {"username": UserFactory(username="alice").username, "name": "desk"} | values
    with pytest.raises(CommandError, match=says):
        call_command("issue_token", given.pop("username"), **given)
    assert not ApiKey.objects.exists()


def test_nobody_inactive_gets_one() -> None:
    person = UserFactory(is_active=False)
    with pytest.raises(CommandError, match="Nobody active"):
        call_command("issue_token", person.username, name="desk")
