"""The demo's own receiver: believes signatures only, each event once."""

from __future__ import annotations

import json
import secrets
from datetime import UTC, datetime

import httpx
import pytest
from standardwebhooks.webhooks import Webhook

from brandhub.demo.api import DemoFailed
from brandhub.demo.listener import Listener
from brandhub.webhooks.secrets import draw_secret


def send(url, secret, *, kind="ping", message_id="", data=None, body=None):
    message_id = message_id or secrets.token_hex(8)
    text = json.dumps({"type": kind, "timestamp": "now", "data": data or {}})
    at = datetime.now(UTC)
    headers = {
        "webhook-id": message_id,
        "webhook-timestamp": str(int(at.timestamp())),
        "webhook-signature": Webhook(secret).sign(message_id, at, text),
        "X-Request-ID": "request-0001",
    }
    return httpx.post(url, content=body or text, headers=headers, trust_env=False).status_code


def test_a_signed_webhook_is_heard_once():
    secret = draw_secret()
    with Listener() as listener:
        assert send(listener.url, secret) == 503
        listener.trust(secret)
        assert send(listener.url, secret, kind="a", message_id="m1", data={"n": 1}) == 204
        assert send(listener.url, secret, kind="a", message_id="m1", data={"n": 1}) == 204
        assert send(listener.url, secret, kind="b", message_id="m2", data={"n": 2}) == 204
        told = listener.wait_for(lambda each: each.type == "b", seconds=60, what="b")

    assert (told.id, told.data, told.request_id) == ("m2", {"n": 2}, "request-0001")
    assert len(listener._told) == 2


def test_what_does_not_verify_is_refused_and_counted():
    secret = draw_secret()
    with Listener() as listener:
        listener.trust(secret)
        assert send(listener.url, draw_secret()) == 401
        assert send(listener.url, secret, body=b'{"type": "forged"}') == 401
        with pytest.raises(DemoFailed, match=r"about news came within 0 s \(2 did not verify\)"):
            listener.wait_for(lambda each: True, seconds=0.1, what="news")
