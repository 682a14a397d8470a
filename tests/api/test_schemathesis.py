"""Any input that the served schema allows or forbids: never a fault, never another answer than
the document promises.
"""

from collections.abc import Iterator
from typing import Any

import pytest
import schemathesis
from django.core.signals import request_finished, request_started
from django.core.wsgi import get_wsgi_application
from django.db import close_old_connections
from hypothesis import HealthCheck, Phase, settings
from schemathesis.checks import not_a_server_error
from schemathesis.config import SchemathesisConfig
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from brandhub.accounts.models import ApiClient, ApiKey, Brand
from brandhub.api import views
from tests.api.world import World, make_world
from tests.factories import ApiKeyFactory

pytestmark = pytest.mark.django_db

CONFIG = SchemathesisConfig.from_dict(
    {
        "seed": 20260101,
        "generation": {"max-examples": 8, "deterministic": True, "allow-x00": True},
        "phases": {"stateful": {"enabled": False}},
        "checks": {
            "positive_data_acceptance": {
                # What the schema cannot say: text that cannot be stored, names of things that
                # are not there, words that contradict each other, a state that forbids the step.
                "expected-statuses": [200, 201, 202, 204, 304, 400, 404, 409, 410, 413, 422],
            },
            "negative_data_rejection": {
                "expected-statuses": [400, 401, 403, 404, 405, 409, 413, 415, 422],
            },
        },
    }
)
#: What holds of any answer, whether or not its call was a valid one.
PROMISES = (
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
)


@pytest.fixture
def world(brand: Brand, platform: ApiClient) -> World:
    return make_world(brand, platform)


@pytest.fixture
def person_key(world: World) -> ApiKey:
    """A personal token, for what only persons may do."""
    return ApiKeyFactory(client=None, user=world.manager)


@pytest.fixture
def served_schema(world: World, monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    """The document as it is served, bound to the application in this process."""
    # The application would close the connection that holds the test's transaction.
    request_started.disconnect(close_old_connections)
    request_finished.disconnect(close_old_connections)
    ApiClient.objects.update(requests_per_minute=10_000_000)
    monkeypatch.setattr(views, "PERSON_CALLS_PER_MINUTE", 10_000_000)
    yield schemathesis.openapi.from_wsgi("/api/v1/schema/", get_wsgi_application(), config=CONFIG)
    request_started.connect(close_old_connections)
    request_finished.connect(close_old_connections)


schema = schemathesis.pytest.from_fixture("served_schema")


@schema.parametrize()
@settings(
    phases=[Phase.explicit, Phase.generate],
    suppress_health_check=list(HealthCheck),
    deadline=None,
)
def test_every_operation_keeps_its_word(case: Any, world: World, person_key: ApiKey) -> None:
    key = person_key if "/review" in case.path else world.key
    headers = {"Authorization": f"Bearer {key.secret}"}
    case.call_and_validate(headers=headers)
    if case.path_parameters:
        # The same once more for what is there, which no generator would hit upon.
        case.path_parameters = {name: known(world, name) for name in case.path_parameters}
        case.validate_response(case.call(headers=headers), checks=PROMISES)


def known(world: World, name: str) -> Any:
    """A path parameter that leads somewhere."""
    return {
        "adapter_id": str(world.adapter.pk),
        "brand": "acme",
        "brand_public_id": world.brand.public_id,
        "case_id": str(world.case.pk),
        "candidate_id": str(world.candidate.pk),
        "delegation_id": str(world.delegation.pk),
        "delivery_id": str(world.delivery.pk),
        "endpoint_id": str(world.endpoint.pk),
        "extension": "webp",
        "external_id": world.bot.external_id,
        "number": 2,
        "policy_id": str(world.policy.pk),
        "reference_id": str(world.reference.pk),
        "request_id": str(world.failed.pk),
        "sha256": world.rendition.file_sha256,
        "style": "friendly-robots",
        "token": world.bot.public_token,
        "version_id": str(world.versions[1].pk),
    }[name]
