"""What arrives unreadable, oversized or unknown, and what it is told."""

import gzip
import json

import pytest

from avatars.models import Bot, GenerationRequest
from brandhub.api.parsing import MAX_JSON_BYTES
from styles.models import StyleRevision
from tests.api.conftest import Api, code_of
from tests.factories import BotFactory

pytestmark = pytest.mark.django_db

URL = "/api/v1/bots/support-42"
GOOD = {"brand": "acme", "name": "Support"}


@pytest.mark.parametrize(
    ("body", "code"),
    [
        (b"{", "malformed_json"),
        (b"\xff\xfe", "malformed_json"),
        (b'{"brand": "acme", "name": NaN}', "malformed_json"),
        (b'{"brand": "acme", "name": Infinity}', "malformed_json"),
        (b'{"brand": "acme", "name": "a\\u0000b"}', "nul_character"),
        (b'{"brand": "acme", "name": "a\x00b"}', "malformed_json"),
        (b'{"brand": "acme", "na\\u0000me": "x"}', "nul_character"),
        (b'{"brand": "acme", "name": "\\ud800"}', "invalid_unicode"),
        (b'{"brand": "acme", "brand": "rival", "name": "x"}', "duplicate_name"),
        (b'{"brand": "acme", "\\ud800": 1, "\\ud800": 2}', "invalid_unicode"),
        (b'{"brand": "acme", "\\u0000": 1, "\\u0000": 2}', "nul_character"),
        (b'{"brand": "acme", "name": 1e999}', "number_too_large"),
        (b'{"brand": "acme", "name": ' + b"9" * 5000 + b"}", "malformed_json"),
        (b'{"brand": "acme", "name": ' + b"[" * 17 + b"]" * 17 + b"}", "json_too_deep"),
        (b"[" * 60_000, "json_too_deep"),
    ],
)
def test_what_cannot_be_read_is_400(api: Api, brand: object, body: bytes, code: str) -> None:
    response = api.send("PUT", URL, body)

    assert code_of(response) == (400, code)
    assert Bot.objects.count() == 0


@pytest.mark.parametrize("address", ["/api/v1/bots/a%EF%BF%BD", "/api/v1/bots?brand=%FF"])
def test_an_address_that_is_no_utf8_is_400(api: Api, brand: object, address: str) -> None:
    assert code_of(api.get(address)) == (400, "invalid_unicode")


def test_a_body_over_the_limit_is_413(api: Api) -> None:
    body = json.dumps(GOOD | {"name": "x" * MAX_JSON_BYTES})

    assert code_of(api.send("PUT", URL, body)) == (413, "body_too_large")
    assert Bot.objects.count() == 0


def test_another_content_type_is_415(api: Api) -> None:
    response = api.client.generic(
        "PUT", URL, b"brand=acme", content_type="text/plain", headers=api.headers
    )

    assert code_of(response) == (415, "unsupported_media_type")


@pytest.mark.parametrize(
    ("body", "pointer", "code"),
    [
        ([], "", "invalid"),
        ("text", "", "invalid"),
        (GOOD | {"colour": "red"}, "/colour", "unknown_field"),
        (GOOD | {"a/b~c": 1}, "/a~1b~0c", "unknown_field"),
        ({"brand": "acme"}, "/name", "required"),
        (GOOD | {"name": None}, "/name", "null"),
        (GOOD | {"name": 5}, "/name", "invalid"),
        (GOOD | {"name": True}, "/name", "invalid"),
        (GOOD | {"name": ""}, "/name", "blank"),
        (GOOD | {"name": "x" * 121}, "/name", "max_length"),
    ],
)
def test_what_is_not_valid_is_422_and_says_where(
    api: Api, brand: object, body: object, pointer: str, code: str
) -> None:
    response = api.send("PUT", URL, json.dumps(body))

    assert code_of(response) == (422, "invalid_input")
    assert [(each["pointer"], each["code"]) for each in response.json()["errors"]] == [
        (pointer, code)
    ]
    assert Bot.objects.count() == 0


@pytest.mark.parametrize(
    ("change", "pointer", "code"),
    [
        ({"candidates": "4"}, "/candidates", "invalid"),
        ({"candidates": 4.5}, "/candidates", "invalid"),
        ({"candidates": True}, "/candidates", "invalid"),
        ({"candidates": 10_000}, "/candidates", "max_value"),
        ({"candidates": 0}, "/candidates", "min_value"),
        ({"seed": -1}, "/seed", "min_value"),
        ({"seed": 2**63}, "/seed", "max_value"),
        ({"dry_run": "yes"}, "/dry_run", "invalid"),
        ({"priority": 1}, "/priority", "invalid_choice"),
        ({"priority": "urgent"}, "/priority", "invalid_choice"),
        ({"tags": ["style:cartoon"]}, "/tags", "invalid"),
        ({"tags": {"style": 7}}, "/tags", "invalid"),
        ({"tags": {"style": "x" * 81}}, "/tags", "max_length"),
        ({"tags": {"style": "no-such-style"}}, "/tags/style", "unknown_tag"),
        ({"prompt": "x" * 2001}, "/prompt", "max_length"),
        ({"prompt": "x" * 60_000}, "/prompt", "max_length"),
        ({"negative_prompt": "x" * 501}, "/negative_prompt", "max_length"),
        ({"metadata": []}, "/metadata", "invalid"),
        ({"metadata": {"a": "x" * 4096}}, "/metadata", "max_length"),
        # Each is given back with 301 digits, which no webhook could hold.
        ({"metadata": {"a": [1e300] * 14}}, "/metadata", "max_length"),
        ({"metadata": {"a": [1e-300] * 14}}, "/metadata", "max_length"),
        ({"style": "friendly-robots"}, "/style", "invalid"),
        ({"continues": "not-an-id"}, "/continues", "invalid"),
        ({"continues": "{12345678-1234-1234-1234-123456789012"}, "/continues", "invalid"),
        ({"reference_images": [{"id": 3, "role": "img2img"}]}, "/reference_images/0/id", "invalid"),
        (
            {
                "reference_images": [
                    {
                        "id": "01890000-0000-7000-8000-000000000000",
                        "role": "img2img",
                        "weight": 1.5,
                    }
                ]
            },
            "/reference_images/0/weight",
            "max_value",
        ),
        (
            {
                "reference_images": [
                    {
                        "id": "01890000-0000-7000-8000-000000000000",
                        "role": "img2img",
                        "weight": 10**400,
                    }
                ]
            },
            "/reference_images/0/weight",
            "overflow",
        ),
    ],
)
def test_a_request_is_taken_as_it_is_written_or_not_at_all(
    api: Api,
    style: StyleRevision,
    platform: object,
    change: dict[str, object],
    pointer: str,
    code: str,
) -> None:
    BotFactory(client=platform, brand=style.style.brand, external_id="support-42")
    body = {"bot": "support-42", "style": "acme/friendly-robots", "prompt": "a robot"}

    response = api.post("/api/v1/requests", body | change)

    assert response.status_code == 422, response.content
    assert [(each["pointer"], each["code"]) for each in response.json()["errors"]] == [
        (pointer, code)
    ]
    assert GenerationRequest.objects.count() == 0


@pytest.mark.parametrize("path", ["/api/v1/bots/a%00b", "/api/v1/bots?brand=%00", "/api/v1/me?%00"])
def test_nul_in_an_address_is_400(api: Api, path: str) -> None:
    assert code_of(api.get(path)) == (400, "nul_character")


@pytest.mark.parametrize("external_id", ["x" * 121, "a%1Fb"])
def test_an_id_that_could_not_stand_in_a_path_is_refused(
    api: Api, brand: object, external_id: str
) -> None:
    response = api.send("PUT", f"/api/v1/bots/{external_id}", GOOD)

    assert code_of(response) == (422, "invalid_input")
    assert Bot.objects.count() == 0


def test_a_compressed_body_is_415_and_says_why(api: Api, brand: object) -> None:
    body = gzip.compress(json.dumps(GOOD).encode())

    refused = api.send("PUT", URL, body, Content_Encoding="gzip")
    plain = api.send("PUT", URL, GOOD, Content_Encoding="Identity")

    assert code_of(refused) == (415, "unsupported_content_encoding")
    assert plain.status_code == 201


@pytest.mark.parametrize("blank", ["", " ", "\t\n", "\u3000"])
def test_what_must_be_said_is_not_said_in_blanks(api: Api, brand: object, blank: str) -> None:
    response = api.send("PUT", URL, GOOD | {"name": blank})

    assert response.status_code == 422
    assert [(each["pointer"], each["code"]) for each in response.json()["errors"]] == [
        ("/name", "blank")
    ]
    assert Bot.objects.count() == 0


@pytest.mark.parametrize("cursor", ["", "abc", "A" * 5000, "7aCA", "YTo", "_"])
def test_a_cursor_that_was_not_handed_out_is_422(api: Api, cursor: str) -> None:
    response = api.get(f"/api/v1/bots?cursor={cursor}")

    assert response.status_code == 422
    assert [each["code"] for each in response.json()["errors"]] == ["invalid_cursor"]
