"""What the README has a newcomer type is what this API takes, in that order."""

from __future__ import annotations

import shlex

import pytest

from avatars.models import GenerationRequest
from brandhub.accounts.models import ApiKey
from brandhub.settings.env import BASE_DIR
from styles.models import StyleRevision
from tests.api.conftest import Api

pytestmark = pytest.mark.django_db

_ORIGIN = "http://127.0.0.1:8000"


def curls() -> list[list[str]]:
    """The calls by curl in the README, as a shell would hand them over."""
    text = (BASE_DIR / "README.md").read_text(encoding="utf-8").replace("\\\n", " ")
    blocks = [block for block in text.split("```")[1::2] if "curl " in block]
    calls = "\n".join(blocks).split("curl ")[1:]
    return [shlex.split(call) for call in calls]


def send(api: Api, call: list[str], key: str) -> int:
    method = call[call.index("-X") + 1]
    address = next(each for each in call if each.startswith(_ORIGIN))
    headers = [call[at + 1].split(": ", 1) for at, each in enumerate(call) if each == "-H"]
    named = {name: value.replace("$KEY", key) for name, value in headers}
    body = call[call.index("-d") + 1]
    response = api.client.generic(
        method,
        address.removeprefix(_ORIGIN),
        body,
        content_type=named.pop("Content-Type"),
        headers=named,
    )
    return response.status_code


def test_a_newcomers_calls_lead_to_a_request(api: Api, key: ApiKey, style: StyleRevision) -> None:
    assert [send(api, call, key.secret) for call in curls()] == [201, 202]

    request = GenerationRequest.objects.get()
    assert request.tags == {
        "style": "cartoon",
        "subject": "robot",
        "eyewear": "glasses",
        "background": "blue",
    }
