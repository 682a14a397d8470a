"""What is watched exists: rules, dashboard and autoscaling ask for what the product tells."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any

import pytest
import yaml
from prometheus_client import Histogram, ProcessCollector

from brandhub.common.metrics import exposition
from brandhub.common.metrics.gauges import readings
from brandhub.common.metrics.http import HTTP_METRICS
from brandhub.settings.env import BASE_DIR

DEPLOY = BASE_DIR / "deploy"
#: What Prometheus itself adds to each series, and a histogram to its own.
ADDED = {"instance", "job", "le"}


def _told() -> dict[str, set[str]]:
    """Every series that ``/metrics`` has, and its labels."""
    told: dict[str, set[str]] = {}
    for metric in HTTP_METRICS:
        labels = set(metric._labelnames)
        ends = ("_bucket", "_sum", "_count") if isinstance(metric, Histogram) else ("_total",)
        told |= {f"{metric._name}{end}": labels for end in ends}
    gauges = [gauge for reading in readings() for gauge in reading.gauges]
    own = [exposition.FAILED, exposition.SECONDS, exposition.UP]
    told |= {gauge.name: set(gauge.labels) for gauge in [*gauges, *own]}
    for family in exposition.ProcessFigures().describe():
        end = "_total" if family.type == "counter" else ""
        told[f"{family.name}{end}"] = set(getattr(family, "_labelnames", ()))
    return told | {family.name: set() for family in ProcessCollector(registry=None).collect()}


def _rules() -> Iterator[dict[str, Any]]:
    for group in yaml.safe_load((DEPLOY / "prometheus" / "rules.yaml").read_text())["groups"]:
        yield from group["rules"]


def _panels() -> list[dict[str, Any]]:
    board = json.loads((DEPLOY / "grafana" / "brandhub.json").read_text())
    return [panel for panel in board["panels"] if panel["type"] != "row"]


def _asked() -> Iterator[tuple[str, str]]:
    """Every expression, and where it stands."""
    for rule in _rules():
        yield rule["alert"], rule["expr"]
    for panel in _panels():
        for target in panel["targets"]:
            yield panel["title"], target["expr"]
    for each in yaml.safe_load_all((DEPLOY / "kubernetes" / "gpu" / "scaling.yaml").read_text()):
        for trigger in each["spec"]["triggers"]:
            yield each["kind"], trigger["metadata"]["query"]


@pytest.mark.parametrize(("where", "expression"), list(_asked()))
def test_what_is_asked_for_is_told(where: str, expression: str) -> None:
    told = _told()
    found = re.findall(r"\b((?:brandhub|process)_\w+)(?:\{([^}]*)\})?", expression)
    assert found, expression
    for name, matchers in found:
        assert name in told, f"{where} asks for {name}"
        labels = set(re.findall(r"(\w+)\s*(?:=~|!~|!=|=)", matchers))
        assert labels <= told[name] | ADDED, f"{where} asks {name} for {labels}"
    known = ADDED.union(*(told[name] for name, _ in found))
    for grouped in re.findall(r"\b(?:by|on)\s*\(([^)]*)\)", expression):
        assert {label.strip() for label in grouped.split(",")} <= known, where


def test_every_alert_says_what_it_means_and_what_to_do() -> None:
    names = [rule["alert"] for rule in _rules()]
    assert len(set(names)) == len(names) > 10
    for rule in _rules():
        assert rule["labels"]["severity"] in {"critical", "warning", "info"}
        assert set(rule["annotations"]) == {"summary", "description"}
        assert rule["for"]


def test_every_figure_of_the_installation_is_on_the_dashboard() -> None:
    shown = " ".join(target["expr"] for panel in _panels() for target in panel["targets"])
    gauges = {gauge.name for reading in readings() for gauge in reading.gauges}
    assert {name for name in gauges if name not in shown} == set()


def test_no_two_panels_are_in_one_place() -> None:
    taken = [
        (panel["gridPos"]["x"] + dx, panel["gridPos"]["y"] + dy)
        for panel in _panels()
        for dx in range(panel["gridPos"]["w"])
        for dy in range(panel["gridPos"]["h"])
    ]
    assert len(set(taken)) == len(taken)
    assert max(x for x, _ in taken) < 24
    keys = [panel["id"] for panel in _panels()]
    assert len(set(keys)) == len(keys)


def test_every_metric_is_explained_to_operators() -> None:
    page = (BASE_DIR / "docs" / "operations.md").read_text()
    rows = [line for line in page.splitlines() if line.startswith("| `brandhub_")]
    told = set(re.findall(r"`(brandhub_\w+)", " ".join(rows)))
    ends = re.findall(r"`…(_\w+)", " ".join(rows))
    for name in _told():
        plain = re.sub(r"_(bucket|sum|count)$", "", name)
        assert (
            name.startswith("process_") or plain in told or any(plain.endswith(end) for end in ends)
        ), name
