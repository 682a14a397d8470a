"""The demo's client: every failure is a sentence that says which call, and why."""

from __future__ import annotations

import json

import pytest

from brandhub.demo.api import Api, DemoFailed
from tests.webhooks.receiver import answering, hanging_up, in_turn, listening


def problem(status: int, **body):
    return answering(status, "Content-Type: application/problem+json", body=json.dumps(body))


def call(behaviour):
    with listening(behaviour) as server:
        api = Api(f"http://127.0.0.1:{server.port}", "bh_live_x", who="the platform")
        try:
            return api.post("requests", {"a": 1}), server.received
        finally:
            api.close()


def test_a_call_carries_its_key_and_an_idempotency_key_of_its_own():
    answer, received = call(answering(202, body='{"id": "1"}'))

    assert answer == {"id": "1"}
    (request,) = received
    assert (request.method, request.path) == ("POST", "/api/v1/requests")
    assert request.headers["authorization"] == "Bearer bh_live_x"
    assert len(request.headers["idempotency-key"]) == 32
    assert json.loads(request.body) == {"a": 1}


def test_a_problem_is_told_with_its_fields():
    errors = [{"pointer": "/style", "code": "x", "detail": "There is none."}]
    with pytest.raises(DemoFailed) as failure:
        call(problem(422, detail="Not valid.", code="invalid_input", errors=errors))
    assert str(failure.value) == (
        "POST requests, as the platform, was answered 422: Not valid. (invalid_input)"
        " /style: There is none."
    )


def test_an_answer_that_is_no_problem_and_none_at_all():
    with pytest.raises(DemoFailed, match="was answered 502: X"):
        call(answering(502, body="<html>"))
    with pytest.raises(DemoFailed, match="POST requests got no answer"):
        call(hanging_up)


def test_a_stream_is_followed_to_its_end_and_taken_up_again():
    def stream(*events: str):
        return answering(200, "Content-Type: text/event-stream", body="".join(events))

    first = stream("id: 1\nevent: status\ndata: {}\n\n", ": still here\n\n", "id: 2\ndata: {}\n\n")
    with listening(in_turn(first, answering(204), problem(404, title="Not found"))) as server:
        api = Api(f"http://127.0.0.1:{server.port}", "k", who="the platform")
        assert [event.id for event in api.follow("requests/1/events")] == ["1", "2"]
        assert list(api.follow("requests/1/events", last="2")) == []
        with pytest.raises(DemoFailed, match="refused: Not found"):
            list(api.follow("requests/1/events"))
        api.close()

    assert "last-event-id" not in server.received[0].headers
    assert server.received[1].headers["last-event-id"] == "2"


def test_a_stream_that_breaks_off_just_ends():
    def broken(connection, number):
        connection.sendall(
            b"HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nContent-Length: 999\r\n\r\n"
            b"id: 1\ndata: {}\n\n"
        )

    with listening(broken) as server:
        api = Api(f"http://127.0.0.1:{server.port}", "k", who="the platform")
        assert [event.id for event in api.follow("requests/1/events")] == ["1"]
        api.close()
