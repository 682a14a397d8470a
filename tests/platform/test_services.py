"""The services under the tests, and the health endpoints in front of them."""

import pytest
from django.db import connection
from django.test import Client

from brandhub.audit.models import AuditEvent


@pytest.mark.django_db
def test_postgresql_is_the_wheels_with_pgvector_in_utc():
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT current_setting('server_version_num')::int / 10000,"
            " current_setting('TimeZone'),"
            " (SELECT count(*) FROM pg_extension WHERE extname = 'vector')"
        )
        assert cursor.fetchone() == (18, "UTC", 1)


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("turn", [1, 2])
def test_a_transactional_test_leaves_no_audit_event_behind(turn: int):
    # Given what the test before committed, when this one starts, then nothing of it is here.
    assert AuditEvent.objects.count() == 0
    AuditEvent.objects.create(actor_kind="system", action="test", object_type="test")


@pytest.mark.django_db(transaction=True)
def test_health(client: Client):
    assert client.get("/healthz").json() == {"status": "ok"}
    ready = client.get("/readyz")
    assert ready.status_code == 200
    assert ready.json() == {"status": "ok", "checks": {"postgresql": "ok", "redis": "ok"}}
