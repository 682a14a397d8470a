"""How far the seals are behind the audit trail: every sweep should bring them up to it."""

from __future__ import annotations

from collections.abc import Iterator

from brandhub.audit.models import UnsealedEvent
from brandhub.common.counting import COUNTED
from brandhub.common.metrics.gauges import Gauge, Sample, age, register_reading, seconds, some

UNSEALED = Gauge(
    "brandhub_audit_unsealed_events",
    f"Audit events that wait for their seal; {COUNTED} stands for more.",
)
LAG = Gauge(
    "brandhub_audit_sealing_lag_seconds",
    "Age of the audit event that has waited longest for its seal; 0 where none waits.",
)


def read_seals() -> Iterator[Sample]:
    """Two queries."""
    yield UNSEALED.at(some(UnsealedEvent.objects.all()).count())
    oldest = UnsealedEvent.objects.order_by("pk").values_list(age("event__at"), flat=True)
    yield LAG.at(seconds(oldest.first()))


register_reading("audit", read_seals, UNSEALED, LAG)
