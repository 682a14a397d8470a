"""The measurements behind the table, one method a group of figures."""

from __future__ import annotations

import random
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from brandhub.inference.judging import Judge
from brandhub.inference.training.aligner import Aligner
from brandhub.inference.training.classifier import TagClassifier, accuracies
from brandhub.inference.training.corpus.compose import repaint
from brandhub.inference.training.corpus.store import CorpusDataset
from brandhub.inference.training.evaluate.drawing import Model
from brandhub.inference.training.evaluate.figures import Figures
from brandhub.inference.training.evaluate.measures import (
    DETAILS,
    IDENTITY,
    distance_ratio,
    mean_share,
    psnr,
    read_back,
    sees_any,
    shows,
    spread,
)
from brandhub.inference.training.evaluate.sheets import contact_sheet, side_by_side
from brandhub.inference.training.evaluate.speed import measure_speed
from brandhub.vocabulary import Language, Tags, compose_caption, compose_negative

HEADLINE = "戴眼镜的卡通机器人"
LANGUAGES: tuple[Language, ...] = ("en", "zh")
Pictures = NDArray[np.uint8]
# What prompts about an absence say beside it.
_NEUTRAL = frozenset({"style", "subject", "background", "color"})

# Seconds that depend on whether the CPU multiplies in bfloat16.
_BY_FORMAT = frozenset({"seconds_few", "seconds_full"})


@dataclass(slots=True)
class Scale:
    """How many pictures each measurement draws; the defaults fit ten minutes on two cores."""

    sets: int = 128
    negations: int = 32
    headline: int = 50
    ranked: int = 4
    ranked_sets: int = 32
    spread_sets: int = 10
    spread_seeds: int = 8
    real: int = 256
    least_real: int = 100
    neighbours: int = 10
    searched: int = 20_000


@dataclass(slots=True)
class Evaluation:
    """One model judged on tag sets that no training has seen; figures gather in ``figures``."""

    model: Model
    classifier: TagClassifier
    aligner: Aligner
    judge: Judge
    corpus: Path
    sheets: Path
    scale: Scale = field(default_factory=Scale)
    say: Callable[[str], None] = lambda line: None
    figures: Figures = field(default_factory=Figures)
    held_out: CorpusDataset = field(init=False)

    def __post_init__(self) -> None:
        size = 128 if self.model.size <= 128 else 256
        self.held_out = CorpusDataset(self.corpus, size=size, split="held_out")
        need = self.scale.sets + 2 * self.scale.real
        if len(self.held_out) < need:
            raise ValueError(
                f"{self.corpus} has {len(self.held_out)} held-out pictures; {need} are needed"
            )

    def run(self) -> Figures:
        """Measure everything; what fails is noted as missing and the rest goes on."""
        drawn: dict[Language, Pictures] = {}
        self._timed("autoencoder", self.measure_autoencoder)
        self._timed("tags", lambda: drawn.update(self.measure_tags()))
        self._timed("ranking", self.measure_ranking)
        self._timed("distance", lambda: self.measure_distance(drawn))
        self._timed("negation", self.measure_negation)
        self._timed("headline", self.measure_headline)
        self._timed("spread and ranking", self.measure_spread)
        self._timed("neighbours", lambda: self.show_neighbours(drawn["zh"]))
        self._timed("speed", self.measure_speed)
        return self.figures

    def _timed(self, name: str, measure: Callable[[], None]) -> None:
        start = time.monotonic()
        measure()
        self.say(f"{name}: {time.monotonic() - start:.0f} s")

    def _tags(self, count: int, first: int = 0) -> list[Tags]:
        return [self.held_out.tags(index) for index in range(first, first + count)]

    def _real(self, first: int, count: int) -> Pictures:
        return np.stack([self.held_out.image(index) for index in range(first, first + count)])

    def measure_autoencoder(self) -> None:
        """PSNR of what the autoencoder makes of held-out pictures."""
        real = self._real(0, min(self.scale.sets, 64))
        self.figures.put("psnr", psnr(real, self.model.reconstruct(real)), f"{len(real)} pictures")

    def measure_tags(self) -> dict[Language, Pictures]:
        """Tags read back in both languages, and the sheets that show it."""
        asked = self._tags(self.scale.sets)
        drawn: dict[Language, Pictures] = {}
        shares: dict[Language, tuple[float, float]] = {}
        details = []
        for language in LANGUAGES:
            prompts = [compose_caption(tags, language=language) for tags in asked]
            drawn[language] = self.model.draw(prompts, range(len(prompts)))
            counts = read_back(self.classifier, drawn[language], asked)
            shares[language] = (mean_share(counts, IDENTITY), mean_share(counts, DETAILS))
            details.append(
                language + " " + ", ".join(f"{k} {100 * r / n:.0f}" for k, (r, n) in counts.items())
            )
        own = accuracies(self.classifier, self.held_out)
        self._put_tags(shares, own, details)
        self._show_tags(drawn, asked)
        return drawn

    def measure_ranking(self) -> None:
        """Details of any picture and of the best of a few, as the product ranks them.

        Half of the sets are worded in each language. What it finds is a remark beside the details:
        the figure itself is of unpicked pictures.
        """
        sets, seeds = self._tags(self.scale.ranked_sets), self.scale.ranked
        asked = [tags for tags in sets for _ in range(seeds)]
        prompts = [
            compose_caption(tags, language=LANGUAGES[index // seeds % 2])
            for index, tags in enumerate(asked)
        ]
        drawn = self.model.draw(prompts, [2000 + index for index in range(len(asked))])
        said = self.judge.judge(
            [Image.fromarray(picture.transpose(1, 2, 0)) for picture in drawn],
            [(tags, ()) for tags in asked],
        )
        scores = np.array([each.score or 0.0 for each in said]).reshape(len(sets), seeds)
        best = np.arange(len(sets)) * seeds + scores.argmax(1)
        every = mean_share(read_back(self.classifier, drawn, asked), DETAILS)
        ranked = mean_share(read_back(self.classifier, drawn[best], sets), DETAILS)
        found = f"best of {seeds} by the judge: {ranked:.0f} %, where any of them: {every:.0f} %"
        self.figures.remark("details", found)

    def _put_tags(
        self,
        shares: dict[Language, tuple[float, float]],
        own: dict[str, float],
        details: Sequence[str],
    ) -> None:
        for index, (key, names) in enumerate((("identity", IDENTITY), ("details", DETAILS))):
            remark = "classifier's own on real: " + ", ".join(
                f"{n} {100 * own[n]:.0f}" for n in names
            )
            self.figures.put(
                key, float(np.mean([shares[held][index] for held in LANGUAGES])), remark
            )
        means = {held: float(np.mean(shares[held])) for held in LANGUAGES}
        remark = f"English {means['en']:.1f} %, Chinese {means['zh']:.1f} %"
        self.figures.put("languages", abs(means["en"] - means["zh"]), remark)
        for line in details:
            self.say(line)
            self.figures.remarks[f"read back, {line[:2]}"] = line[3:]

    def _show_tags(self, drawn: dict[Language, Pictures], asked: Sequence[Tags]) -> None:
        count = min(50, len(asked))
        mixed = np.concatenate([drawn["en"][: count // 2], drawn["zh"][count // 2 : count]])
        side_by_side(mixed, self._real(0, count), self.sheets / "drawn-and-real.png")
        rows = []
        for index in range(min(12, len(asked))):
            pair = np.stack([drawn["en"][index], drawn["zh"][index], self.held_out.image(index)])
            rows.append((compose_caption(asked[index], language="zh"), pair))
        contact_sheet(rows, self.sheets / "english-chinese-real.png", columns=6)

    def measure_distance(self, drawn: dict[Language, Pictures]) -> None:
        """Distance to real pictures for many and for few steps."""
        count = min(self.scale.real, len(LANGUAGES) * self.scale.sets)
        if count < self.scale.least_real:
            for key in ("distance", "few_steps"):
                why = (
                    f"{count} pictures are too few for covariances; {self.scale.least_real} are not"
                )
                self.figures.missing[key] = why
            return
        real = self.aligner.embed_images(self._real(self.scale.sets, count))
        other = self.aligner.embed_images(self._real(self.scale.sets + count, count))
        directions = min(64, count // 3)
        asked = self._tags(self.scale.sets)
        ratios = {}
        for preset in ("standard", "fast"):
            if preset == "fast":
                drawn = {
                    held: self.model.draw(
                        [compose_caption(tags, language=held) for tags in asked],
                        range(len(asked)),
                        preset="fast",
                    )
                    for held in LANGUAGES
                }
                contact_sheet(
                    [("fast preset", drawn["zh"][:24])], self.sheets / "few-steps.png", columns=12
                )
            features = self.aligner.embed_images(
                np.concatenate([drawn[held] for held in LANGUAGES])[:count]
            )
            ratios[preset] = distance_ratio(features, real, other, directions=directions)
        self.figures.put("distance", ratios["standard"], f"{count} pictures each")
        worse = 100 * (ratios["fast"] / ratios["standard"] - 1)
        fast = self.model.presets["fast"]
        remark = f"{fast.steps} steps, {fast.scheduler}: {ratios['fast']:.1f} ×"
        self.figures.put("few_steps", worse, remark)

    def measure_negation(self) -> None:
        """How often what is asked to be absent is absent, where the model can draw it.

        A model that never draws glasses obeys "no glasses" without understanding it, so only those
        seeds count whose picture shows the thing when it is asked for.
        """
        asked_for = ("eyewear:glasses", "headwear:cap", "facial_hair:beard")
        able = obeyed = 0
        rows = []
        for language in LANGUAGES:
            sets = self._tags(self.scale.negations, self.scale.sets)
            bare = [{n: held for n, held in tags.items() if n in _NEUTRAL} for tags in sets]
            items = [asked_for[index % 3].partition(":")[::2] for index in range(len(bare))]
            wanted = [
                {**tags, name: value} for tags, (name, value) in zip(bare, items, strict=True)
            ]
            seeds = range(len(bare))
            there = self.model.draw([compose_caption(t, language=language) for t in wanted], seeds)
            pairs = list(zip(bare, (name for name, _ in items), strict=True))
            gone = self.model.draw(
                [compose_caption(t, absent=[name], language=language) for t, name in pairs],
                seeds,
                negatives=[compose_negative([name], language=language) for _, name in pairs],
            )
            with_it, without = self.classifier.read(there), self.classifier.read(gone)
            for index, (_, name) in enumerate(pairs):
                if sees_any(with_it, name)[index]:
                    able += 1
                    obeyed += not sees_any(without, name)[index]
            rows.append((f"{language}: glasses, cap, beard in turn", there[:12]))
            rows.append((f"{language}: no glasses, no hat, no beard in turn", gone[:12]))
        contact_sheet(rows, self.sheets / "negation.png", columns=12)
        total = len(LANGUAGES) * self.scale.negations
        if not able:
            self.figures.missing["negation"] = (
                f"none of {total} pictures shows the thing when asked"
            )
            return
        remark = f"of the {able} of {total} pictures that show the thing when asked for it"
        self.figures.put("negation", 100 * obeyed / able, remark)

    def measure_headline(self) -> None:
        """Robot and glasses both there, for one picture and for the best by the aligner."""
        groups = self.scale.headline // 2
        count = max(self.scale.headline, groups * self.scale.ranked)
        drawn = self.model.draw([HEADLINE] * count, range(count))
        read = self.classifier.read(drawn)
        right = shows(read, self.classifier, "subject:robot") & shows(
            read, self.classifier, "eyewear:glasses"
        )
        scores = self.aligner.score([HEADLINE], drawn)[0]
        best = [
            start + int(scores[start : start + self.scale.ranked].argmax())
            for start in range(0, groups * self.scale.ranked, self.scale.ranked)
        ]
        remark = f"best of {self.scale.ranked} by the aligner: {100 * right[best].mean():.0f} %"
        self.figures.put("headline", 100 * float(right[: self.scale.headline].mean()), remark)
        contact_sheet(
            [
                ("unpicked", drawn[: self.scale.headline]),
                (f"the best of each {self.scale.ranked} by the aligner", drawn[best]),
            ],
            self.sheets / "headline.png",
            columns=10,
        )

    def measure_spread(self) -> None:
        """Variety among seeds beside that of real pictures, and what ranking them gains."""
        sets, seeds = self._tags(self.scale.spread_sets), self.scale.spread_seeds
        prompts = [compose_caption(tags, language="zh") for tags in sets for _ in range(seeds)]
        drawn = self.model.draw(prompts, [1000 + i for i in range(len(prompts))])
        features = self.aligner.embed_images(drawn)
        shares, best = [], []
        for index, tags in enumerate(sets):
            rows = slice(index * seeds, (index + 1) * seeds)
            real = np.stack(
                [
                    repaint(tags, random.Random(f"spread:{index}:{k}")).transpose(2, 0, 1)
                    for k in range(seeds)
                ]
            )
            shares.append((spread(features[rows]), spread(self.aligner.embed_images(real))))
            scores = self.aligner.embed_texts([prompts[rows.start]]) @ features[rows].T
            best.append(rows.start + int(scores[0].argmax()))
        mine, real_spread = np.mean(shares, axis=0)
        every = read_back(self.classifier, drawn, [tags for tags in sets for _ in range(seeds)])
        ranked = read_back(self.classifier, drawn[best], sets)
        remark = "; ".join(
            f"{name} {mean_share(every, names):.0f} % of all, "
            f"{mean_share(ranked, names):.0f} % of the best of {seeds}"
            for name, names in (("identity", IDENTITY), ("details", DETAILS))
        )
        self.figures.put("diversity", 100 * float(mine / real_spread), remark)

    def show_neighbours(self, drawn: Pictures) -> None:
        """Ten drawn pictures, each beside the three nearest of the training's."""
        training = CorpusDataset(self.corpus, split="train", limit=self.scale.searched)
        small = np.stack([_thumb(training.image(index)) for index in range(len(training))])
        rows = []
        for index in range(self.scale.neighbours):
            apart = ((small - _thumb(drawn[index])) ** 2).sum(1)
            near = np.argsort(apart)[:3]
            found = [CorpusDataset.image(training, int(i)) for i in near]
            rows.append((drawn[index], found))
        tiles = [_as_small(picture) for held, found in rows for picture in (held, *found)]
        label = "drawn, then its three nearest training pictures; three groups a row"
        contact_sheet([(label, np.stack(tiles))], self.sheets / "neighbours.png", columns=12)

    def measure_speed(self) -> None:
        """Seconds and memory in a process of its own."""
        try:
            found = measure_speed(self.model.weights)
        except RuntimeError as failure:
            for key in ("seconds_few", "seconds_full", "seconds_load", "memory"):
                self.figures.missing[key] = str(failure)
            return
        facts = self.model.device.facts()
        for key, value in found.items():
            remark = f"{facts['dtype']}, {facts['device_name']}" if key in _BY_FORMAT else ""
            self.figures.put(key, value, remark)


def _thumb(picture: Pictures) -> NDArray[np.float32]:
    """A picture (3, h, w) as a flat vector of 16 × 16 means."""
    side = picture.shape[-1] // 16
    return picture.reshape(3, 16, side, 16, side).mean((2, 4), dtype=np.float32).ravel()


def _as_small(picture: Pictures) -> Pictures:
    """A picture (3, h, w) at 128 px."""
    step = picture.shape[-1] // 128
    return picture[:, ::step, ::step]
