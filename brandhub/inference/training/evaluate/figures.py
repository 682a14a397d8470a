"""The figures that a model must show, each with the floor and the goal set for it."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Literal

Better = Literal["higher", "lower"]


@dataclass(frozen=True, slots=True)
class Target:
    """What is asked of one figure."""

    key: str
    label: str
    unit: str
    floor: float
    goal: float
    better: Better = "higher"


TARGETS: tuple[Target, ...] = (
    Target("psnr", "autoencoder PSNR, held-out images", "dB", 27, 33),
    Target("identity", "tags read back, 25 steps: subject, style, background", "%", 80, 95),
    Target("details", "same: eyewear, headwear, expression, hair", "%", 60, 85),
    Target("languages", "English against Chinese, difference", "points", 5, 2, "lower"),
    Target("negation", 'negation obeyed ("no glasses", "不戴眼镜")', "%", 80, 95),
    Target("headline", "戴眼镜的卡通机器人: robot and glasses, 50 seeds", "%", 70, 95),
    Target("distance", "distance to real, in distances of two halves of real", "×", 8, 2, "lower"),
    Target("few_steps", "4 steps against 25, same distance, worse by", "%", 25, 10, "lower"),
    Target("diversity", "pairwise distance of eight seeds, as share of real", "%", 60, 85),
    Target("seconds_few", "one avatar on 2 cores, 4 steps", "s", 1, 0.3, "lower"),
    Target("seconds_full", "one avatar on 2 cores, 25 steps", "s", 4, 1.5, "lower"),
    Target("seconds_load", "loading on 2 cores", "s", 4, 2, "lower"),
    Target("memory", "peak memory", "GB", 2, 1.2, "lower"),
    Target("lora_style", "LoRA on 12 images, 3 minutes: nearest prototype is the new", "%", 60, 90),
    Target("lora_loss", "same: loss of tag accuracy", "points", 15, 5, "lower"),
)  # fmt: skip


@dataclass(slots=True)
class Figures:
    """Measured values by key, remarks beside them, and why a value is missing."""

    values: dict[str, float] = field(default_factory=dict)
    remarks: dict[str, str] = field(default_factory=dict)
    missing: dict[str, str] = field(default_factory=dict)

    def put(self, key: str, value: float, remark: str = "") -> None:
        """Keep a figure; one that is not a number counts as missing."""
        if math.isfinite(value):
            self.values[key] = value
            self.missing.pop(key, None)
            if remark:
                self.remarks[key] = remark
        else:
            self.missing[key] = remark or "the measurement gave no number"

    def remark(self, key: str, remark: str) -> None:
        """Add to what is said beside a figure."""
        self.remarks[key] = "; ".join(filter(None, (self.remarks.get(key), remark)))

    @property
    def complete(self) -> bool:
        """Whether every figure was measured."""
        return all(target.key in self.values for target in TARGETS)


def verdict(target: Target, value: float) -> str:
    """ "goal", "floor" or "below", by what the value reaches."""
    sign = 1 if target.better == "higher" else -1
    if sign * value >= sign * target.goal:
        return "goal"
    return "floor" if sign * value >= sign * target.floor else "below"


def table(figures: Figures, targets: Sequence[Target] = TARGETS) -> str:
    """The figures as a Markdown table, floor and goal beside each."""
    lines = [
        "| figure | measured | floor | goal | reached | remark |",
        "| --- | --- | --- | --- | --- | --- |",
    ]
    for target in targets:
        ask = f"| {target.floor:g} {target.unit} | {target.goal:g} {target.unit} |"
        if target.key in figures.values:
            value = figures.values[target.key]
            shown = f"{value:.2f}" if abs(value) < 10 else f"{value:.1f}"
            cells = f"{shown} {target.unit} {ask} {verdict(target, value)}"
            lines.append(f"| {target.label} | {cells} | {figures.remarks.get(target.key, '')} |")
        else:
            why = figures.missing.get(target.key, "not measured")
            lines.append(f"| {target.label} | not measured {ask} – | {why} |")
    return "\n".join(lines)
