"""``/metrics``: who is let in, and that it answers whatever is broken."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from prometheus_client import ProcessCollector
from prometheus_client.openmetrics.parser import text_string_to_metric_families
from pytest_django import Settings

from brandhub.common.metrics import exposition, gauges, reading
from brandhub.common.metrics.gauges import Gauge, Sample, readings, register_reading
from tests.integration.processes import free_port
from tests.metrics.conftest import TOKEN, Figures

pytestmark = pytest.mark.django_db

PROBE = Gauge("brandhub_test_probe", "A figure of a test.")


@pytest.fixture
def registered(monkeypatch: pytest.MonkeyPatch) -> None:
    """What a test registers is forgotten after it."""
    monkeypatch.setattr(gauges, "_readings", dict(gauges._readings))


def _statement_limit() -> str:
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_setting('statement_timeout')")
        return str(cursor.fetchone()[0])


def _ask(**headers: str) -> Any:
    return Client().get("/metrics", headers=headers)


class TestWhoIsLetIn:
    def test_who_brings_the_token(self, settings: Settings) -> None:
        settings.METRICS_TOKEN = TOKEN
        answer = _ask(Authorization=f"Bearer {TOKEN}")
        assert answer.status_code == 200
        assert answer.headers["Content-Type"].startswith("text/plain; version=")
        assert "no-store" in answer.headers["Cache-Control"]

    @pytest.mark.parametrize(
        "said", ["", TOKEN, f"Basic {TOKEN}", "Bearer", "Bearer ", f"Bearer {TOKEN}x", "Bearer é"]
    )
    def test_to_everybody_else_it_is_an_unknown_address(
        self, settings: Settings, said: str
    ) -> None:
        settings.METRICS_TOKEN = TOKEN
        refused = _ask(Authorization=said)
        unknown = Client().get("/metricz")
        assert (refused.status_code, unknown.status_code) == (404, 404)
        assert b"brandhub_" not in refused.content
        assert len(refused.content) == len(unknown.content)

    @pytest.mark.parametrize("said", ["", "Bearer", "Bearer ", "Bearer None"])
    def test_without_a_token_in_the_settings_nobody_is(self, settings: Settings, said: str) -> None:
        settings.METRICS_TOKEN = ""
        assert _ask(Authorization=said).status_code == 404

    def test_the_token_is_compared_in_constant_time(
        self, settings: Settings, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        settings.METRICS_TOKEN = TOKEN
        compared = []

        def compare(said: str, token: str) -> bool:
            compared.append((said, token))
            return False

        monkeypatch.setattr(exposition, "constant_time_compare", compare)
        assert _ask(Authorization="Bearer guess").status_code == 404
        assert compared == [("guess", TOKEN)]

    @pytest.mark.parametrize("method", ["post", "put", "options"])
    def test_no_method_tells_of_it_to_a_stranger(self, settings: Settings, method: str) -> None:
        settings.METRICS_TOKEN = TOKEN
        ask = getattr(Client(enforce_csrf_checks=True), method)
        assert ask("/metrics").status_code == 404

    @pytest.mark.parametrize("path", ["/metrics", "/healthz", "/readyz"])
    def test_it_is_read_only(self, settings: Settings, path: str) -> None:
        """And says so, instead of asking a machine for a form's token."""
        settings.METRICS_TOKEN = TOKEN
        machine = Client(enforce_csrf_checks=True)
        answer = machine.post(path, headers={"Authorization": f"Bearer {TOKEN}"})
        assert answer.status_code == 405

    @pytest.mark.parametrize("path", ["/metrics", "/healthz", "/readyz"])
    def test_a_process_is_known_by_its_number_in_the_cluster(
        self, settings: Settings, path: str
    ) -> None:
        settings.METRICS_TOKEN = TOKEN
        answer = Client().get(
            path, headers={"Host": "10.1.2.3:8000", "Authorization": f"Bearer {TOKEN}"}
        )
        assert answer.status_code == 200
        assert Client().get("/login/", headers={"Host": "10.1.2.3:8000"}).status_code == 400


class TestWhatIsBroken:
    def test_a_figure_that_cannot_be_read_costs_no_other(
        self, registered: None, scrape: Callable[[], Figures]
    ) -> None:
        # given: one that fails in Python, and one whose query fails, before one that does not
        def mistaken() -> Iterator[Sample]:
            yield PROBE.at(1)
            raise KeyError

        def rejected() -> Iterator[Sample]:
            with connection.cursor() as cursor:
                cursor.execute("SELECT 1/0")
            yield PROBE.at(2)

        register_reading("mistaken", mistaken, PROBE)
        register_reading("rejected", rejected, PROBE)
        register_reading("sound", lambda: [PROBE.at(3)], PROBE)
        # when
        found = scrape()
        # then
        assert found["brandhub_test_probe", ()] == 3
        failed = {
            labels[0][1]: value
            for (name, labels), value in found.items()
            if name == "brandhub_reading_failed"
        }
        assert failed == {each.name: 0 for each in readings()} | {"mistaken": 1, "rejected": 1}

    def test_a_query_that_takes_too_long_is_broken_off(
        self, registered: None, scrape: Callable[[], Figures], monkeypatch: pytest.MonkeyPatch
    ) -> None:
        limits = []

        def slow() -> Iterator[Sample]:
            limits.append(_statement_limit())
            with connection.cursor() as cursor:
                cursor.execute("SELECT pg_sleep(60)")
            yield PROBE.at(1)

        usual = _statement_limit()
        monkeypatch.setattr(reading, "STATEMENT_MS", 50)
        monkeypatch.setattr(gauges, "_readings", {})
        register_reading("slow", slow, PROBE)
        found = scrape()
        assert found["brandhub_reading_failed", (("reading", "slow"),)] == 1
        assert ("brandhub_test_probe", ()) not in found
        assert (limits, usual) == (["50ms"], "15s")

    def test_what_is_not_read_in_time_is_left_out(
        self, registered: None, scrape: Callable[[], Figures], monkeypatch: pytest.MonkeyPatch
    ) -> None:
        # given: a clock by which the first reading takes longer than all may
        now = [0.0]
        monkeypatch.setattr(reading, "monotonic", lambda: now[0])
        monkeypatch.setattr(gauges, "_readings", {})

        def first() -> list[Sample]:
            now[0] += reading.PATIENCE + 0.1
            return [PROBE.at(1)]

        register_reading("first", first, PROBE)
        register_reading("second", lambda: pytest.fail("it was too late"), PROBE)
        # when
        found = scrape()
        # then
        assert found["brandhub_test_probe", ()] == 1
        assert found["brandhub_reading_failed", (("reading", "first"),)] == 0
        assert found["brandhub_reading_failed", (("reading", "second"),)] == 1

    def test_without_a_database_it_says_so(
        self, scrape: Callable[[], Figures], monkeypatch: pytest.MonkeyPatch
    ) -> None:
        asked = []

        def gone(*_: object) -> None:
            asked.append(1)
            raise reading.PoolTimeout

        monkeypatch.setattr(reading.transaction, "atomic", gone)
        found = scrape()
        assert asked == [1]  # each of the others would have waited as long
        assert found["brandhub_service_up", (("service", "postgresql"),)] == 0
        assert found["brandhub_service_up", (("service", "redis"),)] == 1
        assert {value for (name, _), value in found.items() if name.endswith("_failed")} == {1}
        assert found["process_open_fds", ()] > 0

    def test_without_redis_it_says_so(
        self, scrape: Callable[[], Figures], settings: Settings
    ) -> None:
        url = f"redis://127.0.0.1:{free_port()}/0"
        settings.CACHES = {"default": settings.CACHES["default"] | {"LOCATION": url}}
        found = scrape()
        assert found["brandhub_service_up", (("service", "redis"),)] == 0
        assert found["brandhub_service_up", (("service", "postgresql"),)] == 1
        assert found["brandhub_reading_failed", (("reading", "queues"),)] == 0


class TestWhatIsKept:
    def test_for_some_seconds_nobody_reads_again(
        self, registered: None, scrape: Callable[[], Figures], monkeypatch: pytest.MonkeyPatch
    ) -> None:
        now, times = [100.0], []
        monkeypatch.setattr(reading, "monotonic", lambda: now[0])

        def count() -> list[Sample]:
            times.append(now[0])
            return [PROBE.at(len(times))]

        register_reading("counted", count, PROBE)
        probe = ("brandhub_test_probe", ())
        assert [scrape()[probe], scrape()[probe]] == [1, 1]
        now[0] += reading.KEPT
        assert scrape()[probe] == 2
        assert times == [100.0, 105.0]

    def test_who_asks_meanwhile_is_answered_by_the_same_reading(
        self, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        begun, go_on, taken = threading.Event(), threading.Event(), []

        def take() -> reading.Taken:
            begun.set()
            assert go_on.wait(60)
            taken.append(reading.Taken(seconds=7.0))
            return taken[-1]

        monkeypatch.setattr(reading, "take_readings", take)
        kept, answers = reading.KeptReadings(), []
        askers = [threading.Thread(target=lambda: answers.append(kept.get())) for _ in range(3)]
        for asker in askers:
            asker.start()
        assert begun.wait(60)
        go_on.set()
        for asker in askers:
            asker.join()
        assert (answers, len(taken)) == ([taken[0]] * 3, 1)


class TestTheFormat:
    def test_every_metric_is_named_explained_and_of_the_product(self) -> None:
        described = [
            family
            for collector in exposition.REGISTRY._collector_to_names
            if not isinstance(collector, ProcessCollector)  # the library's own
            for family in collector.describe()
        ]
        assert len(described) == 30
        assert len({family.name for family in described}) == len(described)
        for family in described:
            assert family.name.startswith("brandhub_"), family.name
            assert family.documentation.endswith("."), family.name
            labels = getattr(family, "_labelnames", ())
            assert not {"le", "quantile", "job", "instance"} & set(labels), family.name

    def test_a_parser_of_openmetrics_reads_it(self, settings: Settings) -> None:
        settings.METRICS_TOKEN = TOKEN
        kind = "application/openmetrics-text; version=1.0.0"
        Client().get("/healthz")
        answer = _ask(Authorization=f"Bearer {TOKEN}", Accept=kind)
        assert answer.headers["Content-Type"].startswith("application/openmetrics-text")
        found = {each.name for each in text_string_to_metric_families(answer.content.decode())}
        assert {"brandhub_http_requests", "brandhub_queue_rows"} <= found

    def test_a_sample_has_the_labels_of_its_gauge(self) -> None:
        with pytest.raises(ValueError, match="brandhub_test_probe"):
            PROBE.at(1, "too", "many")
