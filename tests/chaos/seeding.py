"""What a run starts from: a brand with a style, bots, a platform's key and two reviewers.

``python -m tests.chaos.seeding MODELS BOTS REVIEWERS [FOLDER SIZE STEPS]`` writes it and prints
what the load needs as JSON.
"""

import json
import sys
from pathlib import Path
from typing import Any

import django

django.setup()

from avatars.services import register_bot  # noqa: E402
from brandhub.accounts.models import ApiClient, Brand, Membership, Role, Scope, User  # noqa: E402
from brandhub.accounts.services import issue_key  # noqa: E402
from brandhub.audit.record import SYSTEM  # noqa: E402
from brandhub.common.ids import uuid7  # noqa: E402
from brandhub.inference.model_folder import content_hash  # noqa: E402
from styles.models import BaseModel, Style, StyleRevision  # noqa: E402
from styles.states import RevisionStatus  # noqa: E402


def seed(
    *, models: Path, bots: int, reviewers: int, folder: str = "tiny", size: int = 64, steps: int = 4
) -> dict[str, Any]:
    """Write it, and return the secrets and names that the load needs."""
    owner = User.objects.create_user(f"owner-{uuid7()}")
    brand = Brand.objects.create(slug="acme", name="Acme")
    base_model = BaseModel.objects.create(
        family="avatar-mini",
        name=folder,
        folder=folder,
        content_hash=content_hash(models / folder),
        image_size=size,
        default_steps=steps,
    )
    style = Style.objects.create(brand=brand, slug="robots", name="Robots")
    StyleRevision.objects.create(
        style=style,
        number=1,
        status=RevisionStatus.PUBLISHED,
        base_model=base_model,
        steps=steps,
        guidance_scale=2.0,
        image_size=size,
    )
    client = ApiClient.objects.create(name="Platform", owner=owner, requests_per_minute=1_000_000)
    client.brands.add(brand)
    names = [f"bot-{number}" for number in range(bots)]
    for name in names:
        register_bot(actor=SYSTEM, brand=brand, client=client, external_id=name, name=name)
    _, key = issue_key(actor=SYSTEM, client=client, name="chaos", scopes=list(Scope.values))
    tokens = []
    for number in range(reviewers):
        reviewer = User.objects.create_user(f"reviewer-{number}")
        Membership.objects.create(brand=brand, user=reviewer, role=Role.REVIEWER)
        _, token = issue_key(actor=SYSTEM, user=reviewer, name="chaos", scopes=list(Scope.values))
        tokens.append(token)
    return {"key": key, "tokens": tokens, "bots": names, "style": "acme/robots"}


if __name__ == "__main__":
    models, bots, reviewers, *base = sys.argv[1:]
    options: dict[str, Any] = {}
    if base:
        options = {"folder": base[0], "size": int(base[1]), "steps": int(base[2])}
    seeded = seed(models=Path(models), bots=int(bots), reviewers=int(reviewers), **options)
    print(json.dumps(seeded))
