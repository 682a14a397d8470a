"""Who gets in, as whom, and what those who do not get are told."""

from datetime import timedelta

import pytest
from django.test import Client, RequestFactory
from django.utils import timezone
from rest_framework.request import Request

from brandhub.accounts.models import ApiClient, ApiKey, Brand, User
from brandhub.api.authentication import BearerKey
from tests.api.conftest import Api, as_person, code_of
from tests.factories import ApiKeyFactory

pytestmark = pytest.mark.django_db


def test_a_clients_key_is_told_who_it_is(api: Api, platform: ApiClient, brand: Brand) -> None:
    response = api.get("/api/v1/me")

    assert response.status_code == 200
    body = response.json()
    assert body["client"] == {"id": str(platform.pk), "name": platform.name}
    assert body["person"] is None
    assert body["livemode"] is True
    assert body["brands"] == [{"slug": "acme", "name": brand.name, "role": None}]
    assert body["limits"] == {"requests_per_minute": 120, "max_priority": 1}
    assert len(body["scopes"]) == 10


def test_a_clients_key_is_nobody_to_code_that_asks_for_a_user(key: ApiKey) -> None:
    """Not even the owner of the client: what asks for a user must not take the key for them."""
    request = RequestFactory().get("/", headers={"Authorization": f"Bearer {key.secret}"})

    found = BearerKey().authenticate(Request(request))

    assert found is not None
    user, caller = found
    assert user.is_authenticated is False
    assert (caller.client, caller.person, caller.answerable) == (key.client, None, key.client.owner)


def test_a_personal_token_is_its_person(reviewer: User) -> None:
    response = as_person(reviewer, "styles:read").get("/api/v1/me")

    assert response.json()["person"] == {"id": str(reviewer.pk), "name": reviewer.username}
    assert response.json()["client"] is None
    assert response.json()["brands"][0]["role"] == "reviewer"
    assert response.json()["scopes"] == ["styles:read"]


def test_a_session_is_its_person_with_every_scope(reviewer: User) -> None:
    client = Client()
    client.force_login(reviewer)

    response = client.get("/api/v1/me")

    assert response.json()["person"]["id"] == str(reviewer.pk)
    assert len(response.json()["scopes"]) == 10


@pytest.mark.parametrize(
    ("header", "code"),
    [
        ("", "authentication_required"),
        ("Bearer ", "invalid_key"),
        ("Bearer bh_live_short", "invalid_key"),
        ("Bearer bh_live_0123456789ab_" + "A" * 43, "invalid_key"),
        ("Bearer \x00", "invalid_key"),
        ("Bearer " + "bh_live_" * 10_000, "invalid_key"),
        ("Basic YTpi", "unsupported_authentication"),
    ],
)
def test_without_a_key_that_works_nobody_gets_in(header: str, code: str) -> None:
    response = Client().get("/api/v1/me", headers={"Authorization": header} if header else {})

    assert code_of(response) == (401, code)
    assert response["WWW-Authenticate"] == 'Bearer realm="BrandHub"'
    assert "RateLimit" not in response


def test_the_prefix_alone_opens_nothing(key: ApiKey) -> None:
    wrong = f"bh_live_{key.prefix}_{'A' * 43}"

    assert code_of(Api(wrong).get("/api/v1/me")) == (401, "invalid_key")


def test_a_revoked_key_is_told_so_and_closed(api: Api, key: ApiKey) -> None:
    ApiKey.objects.filter(pk=key.pk).update(revoked_at=timezone.now())

    assert code_of(api.get("/api/v1/me")) == (401, "key_revoked")


def test_an_expired_key_is_closed(api: Api, key: ApiKey) -> None:
    ApiKey.objects.filter(pk=key.pk).update(expires_at=timezone.now() - timedelta(seconds=1))

    assert code_of(api.get("/api/v1/me")) == (401, "key_expired")


def test_the_key_of_an_inactive_client_is_closed(api: Api, platform: ApiClient) -> None:
    ApiClient.objects.filter(pk=platform.pk).update(is_active=False)

    assert code_of(api.get("/api/v1/me")) == (401, "client_inactive")


def test_the_token_of_an_inactive_person_is_closed(reviewer: User) -> None:
    api = as_person(reviewer)
    User.objects.filter(pk=reviewer.pk).update(is_active=False)

    assert code_of(api.get("/api/v1/me")) == (401, "person_inactive")


def test_a_test_key_says_so_and_lacks_the_scopes_of_the_live_library(
    platform: ApiClient,
) -> None:
    key = ApiKeyFactory(client=platform, mode=ApiKey.Mode.TEST)

    body = Api(key.secret).get("/api/v1/me").json()

    assert (body["livemode"], body["client"]["id"]) == (False, str(platform.pk))
    assert len(body["scopes"]) == 7
    assert not {"styles:write", "adapters:write", "references:write"} & set(body["scopes"])


def test_a_person_has_no_sandbox(reviewer: User) -> None:
    key = ApiKeyFactory(client=None, user=reviewer, mode=ApiKey.Mode.TEST)

    assert code_of(Api(key.secret).get("/api/v1/me")) == (401, "invalid_key")


def test_use_of_a_key_is_noted_once_in_a_while(api: Api, key: ApiKey) -> None:
    api.get("/api/v1/me")
    key.refresh_from_db()
    first = key.last_used_at
    api.get("/api/v1/me")
    key.refresh_from_db()

    assert first is not None
    assert key.last_used_at == first


def test_unknown_addresses_are_problems_too() -> None:
    for path in ("/api/v1/nothing", "/api/v2/me", "/api/"):
        assert code_of(Client().get(path)) == (404, "not_found")
        assert code_of(Client().post(path)) == (404, "not_found")


def test_a_method_that_is_not_there_is_405(api: Api) -> None:
    response = api.post("/api/v1/me", {})

    assert code_of(response) == (405, "method_not_allowed")
    assert response["Allow"] == "GET, HEAD"


def test_an_unknown_parameter_is_an_error(api: Api) -> None:
    response = api.get("/api/v1/me?verbose=1")

    assert code_of(response) == (422, "invalid_input")
    assert response.json()["errors"] == [
        {
            "pointer": "?verbose",
            "code": "unknown_parameter",
            "detail": "This call knows no such parameter.",
        }
    ]
