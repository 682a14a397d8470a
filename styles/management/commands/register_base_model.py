"""``manage.py register_base_model PATH``: makes a folder of weights known to the platform."""

from __future__ import annotations

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from brandhub.audit.record import SYSTEM
from brandhub.common.errors import InvalidInput
from brandhub.inference.specs import GUIDANCE_SCHEDULES, SCHEDULERS
from styles.services import register_base_model


class Command(BaseCommand):
    help = "Registers a diffusers pipeline folder below BRANDHUB_MODELS_DIR as a base model."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("path", type=Path, help="absolute, or relative to the models' folder")
        parser.add_argument("--family", default="", help="render queue; default: folder's name")
        parser.add_argument("--name", default="", help="for people; default: folder's name")
        parser.add_argument("--steps", type=int, default=25)
        parser.add_argument("--guidance-scale", type=float, default=4.0)
        parser.add_argument(
            "--guidance-schedule", choices=sorted(GUIDANCE_SCHEDULES), default="constant"
        )
        parser.add_argument("--scheduler", choices=sorted(SCHEDULERS), default="ddim")
        parser.add_argument("--licence", default="")
        parser.add_argument(
            "--cannot-draw",
            action="append",
            metavar="CATEGORY:VALUE",
            help="a tag that the model can't draw; default: what the vocabulary marks so",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            model, created = register_base_model(
                actor=SYSTEM,
                folder=options["path"],
                family=options["family"],
                name=options["name"],
                steps=options["steps"],
                guidance_scale=options["guidance_scale"],
                guidance_schedule=options["guidance_schedule"],
                scheduler=options["scheduler"],
                unsupported_tags=options["cannot_draw"],
                licence=options["licence"],
            )
        except InvalidInput as refusal:
            raise CommandError(" ".join(error.detail for error in refusal.errors)) from refusal
        self.stdout.write(
            f"{'Registered' if created else 'Already registered:'} {model.name}, "
            f"{model.image_size} px, family {model.family}, {model.content_hash[:12]}…"
        )
