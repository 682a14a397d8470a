"""The model card: what the model was made of, how, how good it is and what it cannot do.

``python -m brandhub.inference.training.card --weights weights/avatar-mini --figures FILE``

The weights' folder holds ``recipe.json``, which the export writes: ``stages``, a list of
``{"name", "what", "steps", "samples", "minutes", "hardware"}``, and ``notes``, a list of sentences.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from brandhub.inference.training.corpus.bases import DRAWN_FAMILIES, HELD_OUT_FAMILIES
from brandhub.inference.training.corpus.licences import Licence, licences_of
from brandhub.inference.training.corpus.store import HELD_OUT_SHARE
from brandhub.inference.training.evaluate.figures import TARGETS, Figures, table, verdict
from brandhub.vocabulary import CATEGORIES

_INTRODUCTION = """\
# avatar-mini

A small text-to-image model that draws avatars: people, robots, little monsters and emoji faces, in
cartoon, flat, pixel, voxel and line style, from prompts in English or Chinese. It loads unchanged
with `StableDiffusionPipeline.from_pretrained` and runs on a CPU.

```python
pipeline = StableDiffusionPipeline.from_pretrained("weights/avatar-mini", dtype=torch.float32)
prompt = "卡通机器人头像，戴眼镜，蓝色背景"
image = pipeline(prompt, num_inference_steps=25, guidance_scale=4).images[0]


# More of what is asked for, and what the figures are of: guided by more in the first half.
def ease(pipeline, step, time, state):
    if step == 12:
        pipeline._guidance_scale, pipeline._guidance_rescale = 4, 0
    return state


early = {"guidance_scale": 7, "guidance_rescale": 0.5, "callback_on_step_end": ease}
image = pipeline(prompt, num_inference_steps=25, **early).images[0]

# Four to eight steps: UniPC keeps colours that DDIM burns with so few.
pipeline.scheduler = UniPCMultistepScheduler.from_config(pipeline.scheduler.config)
draft = pipeline(prompt, num_inference_steps=4, guidance_scale=4).images[0]
```

Prompts work best as `brandhub.vocabulary.compose_caption` words them."""


_DATA = """\
## Data

{pictures:,} pictures rendered by `python -m brandhub.inference.training.corpus build`, each
labelled by construction: heads and bodies of the styles below and of our own, dressed with vector
parts of our own (glasses, hats, hair, beards, headphones, badges, …). One tag set in {share} is
held out from every training. Never drawn, to serve as unseen brands: {unseen}.

{drawn}

Changes to the originals: recoloured, recombined, partly covered, pixelated or outlined."""


def _attribution(licences: Sequence[Licence]) -> str:
    rows = ["| style | by | terms |", "| --- | --- | --- |"]
    rows += [f"| {held.title} | {held.creator} | [{held.terms}]({held.url}) |" for held in licences]
    return "\n".join(rows)


def _vocabulary() -> str:
    lines = []
    for held in CATEGORIES:
        drawn = ", ".join(value.en.noun for value in held.drawn)
        unable = ", ".join(value.en.noun for value in held if not value.supported)
        if drawn:
            lines.append(
                f"- **{held.en.label}**: {drawn}" + (f" (not: {unable})" if unable else "")
            )
        else:
            lines.append(f"- **{held.en.label}**: not by prompt")
    return "\n".join(lines)


def _recipe(recipe: Mapping[str, Any]) -> str:
    rows = [
        "| stage | what | steps | samples | minutes | on |",
        "| --- | --- | --- | --- | --- | --- |",
    ]
    rows += [
        f"| {stage['name']} | {stage['what']} | {stage['steps']} | {stage['samples']} | "
        f"{stage['minutes']:.0f} | {stage['hardware']} |"
        for stage in recipe["stages"]
    ]
    return "\n".join([*rows, "", *(f"- {note}" for note in recipe.get("notes", ()))])


_LIMITS = """\
- It draws what its corpus holds: composed vector avatars. Photographs, scenes, full bodies,
  animals, text and logos are outside it; the product names such requests as unsupported.
- Small things (monocles, earrings, badges) suffer first at this size.
- Gender and age are drawn by conventional cues (lashes, brows, wrinkles, freckles), a convention of
  cartoons and not a statement about people.
- Faces of real persons are not in the corpus and cannot be asked for."""


def _limits(figures: Figures) -> str:
    lines = [_LIMITS]
    for target in TARGETS:
        if target.key not in figures.values:
            lines.append(f"- Not measured: {target.label}.")
        elif verdict(target, value := figures.values[target.key]) == "below":
            lines.append(
                f"- Below its floor: {target.label}: {value:.1f} {target.unit}, "
                f"where {target.floor:g} is asked."
            )
    return "\n".join(lines)


def compose_card(recipe: Mapping[str, Any], figures: Figures, *, pictures: int) -> str:
    """The card as Markdown; raises ``LicenceError`` if an art source's terms are not free."""
    drawn = _attribution(licences_of(DRAWN_FAMILIES))
    data = _DATA.format(
        pictures=pictures,
        share=round(1 / HELD_OUT_SHARE),
        unseen=", ".join(HELD_OUT_FAMILIES),
        drawn=drawn,
    )
    sections = (
        _INTRODUCTION,
        f"## Figures\n\n{table(figures)}",
        f"## What it draws\n\n{_vocabulary()}",
        data,
        f"## Recipe and compute\n\n{_recipe(recipe)}",
        f"## Limits\n\n{_limits(figures)}",
    )
    return "\n\n".join(sections) + "\n"


def main(arguments: list[str] | None = None) -> None:
    """Write ``README.md`` into the weights' folder."""
    parser = argparse.ArgumentParser(description=main.__doc__)
    parser.add_argument("--weights", type=Path, default=Path("weights/avatar-mini"))
    parser.add_argument("--figures", type=Path, default=Path("docs/avatar-mini/figures.json"))
    parser.add_argument("--pictures", type=int, required=True, help="pictures trained on")
    chosen = parser.parse_args(arguments)
    recipe = json.loads((chosen.weights / "recipe.json").read_text(encoding="utf-8"))
    figures = Figures(**json.loads(chosen.figures.read_text(encoding="utf-8")))
    card = compose_card(recipe, figures, pictures=chosen.pictures)
    (chosen.weights / "README.md").write_text(card, encoding="utf-8")


if __name__ == "__main__":
    main()
