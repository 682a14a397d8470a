from collections.abc import Callable

import pytest
from django.test import Client
from prometheus_client.parser import text_string_to_metric_families
from pytest_django import Settings

from brandhub.common.metrics import exposition
from brandhub.common.metrics.gauges import Sample

TOKEN = "token-of-a-test-0123456789abcdefghij"

#: What ``/metrics`` says: a name with its labels, and the figure.
Figures = dict[tuple[str, tuple[tuple[str, str], ...]], float]


@pytest.fixture(autouse=True)
def _nothing_is_kept() -> None:
    exposition.kept.forget()


@pytest.fixture
def scrape(settings: Settings) -> Callable[[], Figures]:
    """Asks for the figures as Prometheus does, by the process's number in its cluster."""
    settings.METRICS_TOKEN = TOKEN

    def ask() -> Figures:
        answer = Client().get(
            "/metrics",
            headers={"Authorization": f"Bearer {TOKEN}", "Host": "10.1.2.3:8000"},
        )
        assert answer.status_code == 200
        return {
            (sample.name, tuple(sorted(sample.labels.items()))): sample.value
            for family in text_string_to_metric_families(answer.content.decode())
            for sample in family.samples
        }

    return ask


def told(samples: list[Sample] | object) -> dict[tuple[str, ...], float]:
    """Samples as name and labels, and the figure."""
    return {(each.gauge.name, *each.labels): each.value for each in samples}  # type: ignore[attr-defined]
