"""Every operation of the served OpenAPI document against its row in ``operations``."""

from collections.abc import Iterator
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from jsonschema import Draft202012Validator

from brandhub.accounts.models import ApiClient, Brand, Role, Scope, User
from tests.api.conftest import Api, as_person, code_of
from tests.api.operations import (
    ABSENT,
    EMPTY,
    OPERATIONS,
    OWN,
    PUBLIC,
    Operation,
)
from tests.api.world import World, everything_written, make_world
from tests.factories import ApiKeyFactory, member

pytestmark = pytest.mark.django_db

#: Problems that every operation of its kind must document.
ALWAYS = {"400", "422", "503"}


@pytest.fixture
def world(brand: Brand, platform: ApiClient) -> World:
    return make_world(brand, platform)


@pytest.fixture(scope="module")
def document() -> dict[str, Any]:
    """The OpenAPI document as it is served."""
    from django.test import Client

    response = Client().get("/api/v1/schema/")
    assert response.status_code == 200
    document: dict[str, Any] = response.json()
    return document


def operations_of(document: dict[str, Any]) -> Iterator[tuple[str, str, dict[str, Any]]]:
    for path, methods in document["paths"].items():
        for method, operation in methods.items():
            if method in {"get", "put", "post", "patch", "delete"}:
                yield path, method, operation


def test_every_default_is_what_its_schema_allows(document: dict[str, Any]) -> None:
    """Generators of clients refuse a document in which one is not."""
    found = 0
    for schema in schemas_in(document):
        if "default" in schema:
            validator = Draft202012Validator({**schema, "components": document["components"]})
            assert list(validator.iter_errors(schema["default"])) == [], schema
            found += 1
    assert found > 20


def schemas_in(part: Any) -> Iterator[dict[str, Any]]:
    if isinstance(part, dict):
        # A property may be called like a keyword.
        if isinstance(part.get("type", part.get("oneOf")), str | list):
            yield part
        for each in part.values():
            yield from schemas_in(each)
    elif isinstance(part, list):
        for each in part:
            yield from schemas_in(each)


def call(api: Api, operation: Operation, world: World) -> Any:
    path = operation.address(world)
    if operation.is_upload:
        return api.upload(path, {**operation.content(world), "file": operation.upload()})
    return api.send(operation.method, path, operation.content(world))


def by(world: World, role: str) -> User:
    return {
        Role.MANAGER: world.manager,
        Role.REVIEWER: world.reviewer,
        Role.VIEWER: world.viewer,
    }[Role(role)]


def test_every_operation_has_its_row(document: dict[str, Any]) -> None:
    found = {operation["operationId"] for _, _, operation in operations_of(document)}

    assert found == set(OPERATIONS), (
        f"add to tests/api/operations.py: {sorted(found - set(OPERATIONS))};"
        f" remove: {sorted(set(OPERATIONS) - found)}"
    )


def test_the_document_says_what_the_rows_say(document: dict[str, Any]) -> None:
    for path, method, operation in operations_of(document):
        row = OPERATIONS[operation["operationId"]]
        assert row.method.lower() == method
        assert tuple(operation.get("x-scopes", ())) == row.scopes, path
        assert str(row.status) in operation["responses"], path
        errors = {each for each in operation["responses"] if each >= "400"}
        assert errors >= ALWAYS, path
        if row.stranger == PUBLIC:
            assert operation.get("security", []) in ([], [{}]), path
        else:
            assert errors >= {"401", "403"}, path
        for status in errors:
            content = operation["responses"][status]["content"]
            assert content == {
                "application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}
            }


def test_every_creating_post_takes_an_idempotency_key(document: dict[str, Any]) -> None:
    without = {
        operation["operationId"]
        for _, method, operation in operations_of(document)
        if method == "post"
        and "Idempotency-Key" not in {each["name"] for each in operation.get("parameters", [])}
    }

    assert without == {"requirements_parse"}  # creates nothing


@pytest.mark.parametrize("name", sorted(OPERATIONS))
def test_operation(name: str, world: World, other_brand: Brand, stranger: Api) -> None:
    operation = OPERATIONS[name]
    if not operation.for_clients:
        stranger = as_person(member(other_brand, Role.REVIEWER))
    before = everything_written()

    if operation.stranger != PUBLIC:
        refused_without_key(operation, world)
        refused_without_scope(operation, world)
        refused_without_role(operation, world)
    answers_strangers(operation, world, stranger)
    if operation.stranger != OWN:
        assert everything_written() == before

    succeeds(operation, world)


def refused_without_key(operation: Operation, world: World) -> None:
    assert code_of(call(Api(), operation, world)) == (401, "authentication_required")


def refused_without_scope(operation: Operation, world: World) -> None:
    for missing in operation.scopes:
        others = [scope for scope in Scope.values if scope != missing]
        key = ApiKeyFactory(client=world.client, scopes=others)
        response = call(Api(key.secret), operation, world)
        assert code_of(response) == (403, "missing_scope"), missing


def refused_without_role(operation: Operation, world: World) -> None:
    refusal = "role_required" if operation.roles else "client_key_required"
    for role in set(Role.values) - operation.roles:
        response = call(as_person(by(world, role)), operation, world)
        assert code_of(response) == (403, refusal), role
    if not operation.for_clients:
        response = call(Api(world.key.secret), operation, world)
        assert code_of(response) == (403, "person_required")


def answers_strangers(operation: Operation, world: World, stranger: Api) -> None:
    response = call(stranger, operation, world)
    if operation.stranger == ABSENT:
        assert response.status_code == 404, response.content
        assert code_of(response)[0] == 404
    elif operation.stranger == EMPTY:
        assert response.status_code == 200
        assert response.json() == {"results": [], "next": None, "previous": None}
    else:
        assert response.status_code == operation.status


def succeeds(operation: Operation, world: World) -> None:
    """Within its bound of queries; a list with twenty rows more takes no query more."""
    roles = sorted(operation.roles)
    if operation.another:
        for role in roles:
            assert call(as_person(by(world, role)), operation, world).status_code == 200
    api = Api(world.key.secret) if operation.for_clients else as_person(by(world, roles[0]))
    api.get("/api/v1/me")  # notes the use of the key, which is not this operation's
    few, response = queries_of(api, operation, world)
    assert response.status_code == operation.status, response.content
    assert few <= operation.queries
    if operation.another:
        for _ in range(20):
            operation.another(world)
        many, response = queries_of(api, operation, world)
        assert len(response.json()["results"]) == 20
        assert many == few


def queries_of(api: Api, operation: Operation, world: World) -> tuple[int, Any]:
    with CaptureQueriesContext(connection) as captured:
        response = call(api, operation, world)
    return len(captured), response
