"""The services under the tests, and the health endpoints in front of them."""

import json
import urllib.error
import urllib.request

import pytest
from django.conf import settings
from django.contrib.auth import get_user_model
from django.db import connection
from django.test import Client
from redis.exceptions import RedisError

from brandhub.audit.models import AuditEvent
from brandhub.common import health
from scripts.lint import PRODUCTION
from tests.integration.processes import PATIENCE, Processes, free_port


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


@pytest.mark.django_db
def test_without_redis_it_is_degraded_and_ready(client: Client, monkeypatch: pytest.MonkeyPatch):
    # Given a Redis that is away,
    def away(_key: str) -> None:
        raise RedisError

    monkeypatch.setattr(health.cache, "get", away)
    # when a balancer asks, then it is told so, and to leave the process where it is.
    ready = client.get("/readyz")
    assert ready.status_code == 200
    assert ready.json() == {
        "status": "degraded",
        "checks": {"postgresql": "ok", "redis": "failed"},
    }


def test_the_web_process_starts_and_stays_up_without_its_services(processes: Processes):
    # Given neither PostgreSQL nor Redis, when the web process starts,
    web = processes.web(
        extra={
            "DATABASE_URL": "postgresql://nobody@/none?host=/nowhere",
            "REDIS_URL": "unix:///nowhere/valkey.sock?db=0",
        }
    )
    # then it lives, and says that it is not ready and why.
    with pytest.raises(urllib.error.HTTPError) as refusal:
        urllib.request.urlopen(f"{web.address}/readyz", timeout=PATIENCE)  # noqa: S310
    assert refusal.value.code == 503
    assert json.load(refusal.value) == {
        "status": "unavailable",
        "checks": {"postgresql": "failed", "redis": "failed"},
    }
    assert web.answers("/healthz")


@pytest.mark.parametrize("program", ["web", "worker"])
@pytest.mark.django_db(transaction=True)
def test_production_does_not_start_over_demo_accounts(processes: Processes, program: str):
    # Given a production database in which somebody seeded the demo,
    get_user_model().objects.create_user("rita", f"rita@{settings.DEMO_EMAIL_DOMAIN}", "x")
    database = {name: processes.environment()[name] for name in ("DATABASE_URL", "REDIS_URL")}
    # when a process starts, then it ends with a sentence.
    command = {
        "web": ["uvicorn", "brandhub.asgi:application", "--port", str(free_port())],
        "worker": ["celery", "-A", "brandhub", "worker", "-Q", "default"],
    }
    started = processes.start(program, command[program], extra=PRODUCTION | database)
    assert started.process.wait(PATIENCE) != 0
    assert "BrandHub cannot start: 1 demo accounts are active." in started.output()
