"""Celery over a real broker: what a message carries, and what happens without one."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import psutil
import pytest
import structlog
from celery import current_app
from django.conf import settings
from kombu import Connection

from brandhub.embedded.layout import Layout
from brandhub.embedded.services import Services
from brandhub.embedded.stack import WORKER_QUEUES
from brandhub.jobs.hints import send_hint
from brandhub.settings.env import BASE_DIR
from brandhub.webhooks.queue import DELIVER_QUEUE
from moderation.notice_queue import NOTIFY_QUEUE
from moderation.queue import SCREEN_QUEUE
from tests.integration.processes import PATIENCE, Processes, wait_until

pytestmark = pytest.mark.django_db(transaction=True)


def test_the_request_id_reaches_the_worker_and_is_not_in_the_message_body(processes: Processes):
    # Given a worker that logs everything, when a request sends a hint,
    worker = processes.worker("default", extra={"BRANDHUB_LOG_LEVEL": "DEBUG"})
    with structlog.contextvars.bound_contextvars(request_id="request-1234"):
        assert send_hint("accounts.purge_idempotency_records", queue="default")
    # then the task's entries carry its id.
    worker.wait_for_output("task_succeeded")
    lines = [line for line in worker.output().splitlines() if "task_started" in line]
    assert len(lines) == 1
    assert "request_id=request-1234" in lines[0]


def test_only_json_is_taken(processes: Processes):
    assert current_app.conf.accept_content == ["json"]
    assert current_app.conf.task_serializer == "json"
    worker = processes.worker("default")
    current_app.send_task(
        "accounts.purge_idempotency_records", queue="default", serializer="pickle", retry=False
    )
    worker.wait_for_output("ContentDisallowed")


def test_a_pool_process_ends_with_its_killed_worker(processes: Processes):
    # Given a worker whose child is busy, when only the parent is killed,
    worker = processes.worker("default", options=["--include", "tests.platform.slow_tasks"])
    current_app.send_task("tests.sleep", queue="default", retry=False)
    worker.wait_for_output("sleeping")
    children = psutil.Process(worker.pid).children(recursive=True)
    assert len(children) == 1
    worker.process.send_signal(signal.SIGKILL)
    # then the child does not stay as an orphan.
    _, alive = psutil.wait_procs(children, timeout=PATIENCE)
    assert alive == []


def test_an_idle_worker_outlives_the_brokers_time_limit(processes: Processes):
    # The time limit of a socket must not end a worker that only waits for messages.
    worker = processes.worker("default", extra={"BRANDHUB_LOG_LEVEL": "DEBUG"})
    limit = settings.CELERY_BROKER_TRANSPORT_OPTIONS["socket_timeout"]
    time.sleep(limit * 3)
    send_hint("accounts.purge_idempotency_records", queue="default")
    worker.wait_for_output("task_succeeded")
    assert "Connection to broker lost" not in worker.output()


def test_a_busy_worker_leaves_the_next_hint_to_another(processes: Processes):
    # Given a worker whose only child is busy, and a message that comes meanwhile,
    first = processes.worker("default", options=["--include", "tests.platform.slow_tasks"])
    current_app.send_task("tests.sleep", queue="default", retry=False)
    first.wait_for_output("sleeping")
    current_app.send_task("tests.sleep", queue="default", retry=False)
    # when another one comes, then it gets the message.
    second = processes.worker("default", options=["--include", "tests.platform.slow_tasks"])
    second.wait_for_output("sleeping")


def test_somebody_listens_to_every_queue():
    hinted = {SCREEN_QUEUE, DELIVER_QUEUE, NOTIFY_QUEUE, settings.CELERY_TASK_DEFAULT_QUEUE}
    assert set(WORKER_QUEUES.split(",")) == hinted
    assert f" -Q {WORKER_QUEUES} " in (BASE_DIR / "Procfile").read_text()


def test_a_queue_waits_behind_the_backlog_of_no_other(processes: Processes):
    # Given many messages of one kind, and one of another that came last,
    for _ in range(4):
        current_app.send_task("jobs.remove_unfinished_files", queue="screening", retry=False)
    send_hint("accounts.purge_idempotency_records", queue="webhooks")
    # when a worker comes that takes both,
    worker = processes.worker(WORKER_QUEUES, extra={"BRANDHUB_LOG_LEVEL": "DEBUG"})
    wait_until(
        lambda: worker.output().count("task_succeeded") == 5,
        what=lambda: f"five tasks done:\n{worker.output()[-3000:]}",
    )
    # then the one waits for one of the others at most.
    started = [line for line in worker.output().splitlines() if "task_started" in line]
    places = [place for place, line in enumerate(started) if "purge_idempotency" in line]
    assert places in ([0], [1])


def test_a_receipt_that_redis_keeps_waiting_takes_up_no_place(tmp_path: Path):
    # Given a message that was taken, and a broker that hangs from then on,
    layout = Layout(tmp_path / "data")
    with Services(layout, say=lambda sentence: None, with_postgres=False) as services:
        broker = psutil.Process(services.valkey.pid)
        url = layout.redis_url().replace("unix://", "redis+socket://", 1)
        url = url.replace("?db=", "?virtual_host=", 1)
        options = current_app.conf.broker_transport_options
        with Connection(url, transport_options=options) as connection:
            connection.SimpleQueue("hints").put({})
            channel = connection.default_channel
            channel.basic_qos(prefetch_count=1)
            message = connection.SimpleQueue("hints").get(timeout=PATIENCE)
            assert not channel.qos.can_consume()
            broker.suspend()
            try:
                # when it is acknowledged,
                message.ack()
                # then the next one may come.
                assert channel.qos.can_consume()
            finally:
                broker.resume()


_SENDER = """
import socket
import time

waited = 0.0

# The limits of what is waited for in vain are added up, whatever else the machine is busy with.
def noting(wait):
    def call(own, *given):
        global waited
        try:
            return wait(own, *given)
        except TimeoutError:
            waited += own.gettimeout()
            raise
    return call

for name in ("connect", "recv", "recv_into", "send", "sendall"):
    setattr(socket.socket, name, noting(getattr(socket.socket, name)))
sleep = time.sleep

def noted_sleep(seconds):
    global waited
    waited += seconds
    sleep(seconds)

time.sleep = noted_sleep

import django
django.setup()
from brandhub.jobs.hints import send_hint
sent = send_hint("accounts.purge_idempotency_records", queue="default")
print(sent, waited)

from celery import current_app
from kombu.exceptions import OperationalError
waited = 0.0
try:
    current_app.send_task("accounts.purge_idempotency_records", queue="default", retry=False)
except OperationalError:
    print("refused", waited)
"""


@pytest.mark.parametrize("condition", ["gone", "hung"])
def test_a_request_never_waits_long_for_a_broker_that_is_away(tmp_path: Path, condition: str):
    # Given a broker that is gone or that hangs, when a hint is sent,
    layout = Layout(tmp_path / "data")
    with Services(layout, say=lambda sentence: None, with_postgres=False) as services:
        broker = psutil.Process(services.valkey.pid)
        if condition == "gone":
            broker.kill()
            broker.wait()
        else:
            broker.suspend()
        done = subprocess.run(
            [sys.executable, "-c", _SENDER],
            env=os.environ | {"BRANDHUB_TEST_PROCESS": "1", "REDIS_URL": layout.redis_url()},
            cwd=BASE_DIR,
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )
        if condition == "hung":
            broker.resume()
    # then it is given up soon, without an error.
    assert done.returncode == 0, done.stderr
    sent, hint_seconds, refused, publish_seconds = done.stdout.split()
    assert sent == "False"
    assert float(hint_seconds) < 3
    assert (float(hint_seconds) > 0) is (condition == "hung")
    # The hint asks the cache first; the publishing behind it is bounded by itself.
    assert refused == "refused"
    assert float(publish_seconds) < 3
    assert "hint_not_sent" in done.stderr
