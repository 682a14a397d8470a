"""The demo brands: made by the same services as any brand, and made once.

Running it again puts back what is missing and changes nothing else.
"""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import connection, transaction

from brandhub.accounts.keys import KeyRefused, key_of
from brandhub.accounts.models import ApiClient, Brand, Role, Scope, User
from brandhub.accounts.services import (
    add_member,
    change_person,
    create_brand,
    create_client,
    create_person,
    issue_key,
    revoke_key,
)
from brandhub.audit.record import SYSTEM
from brandhub.demo.credentials import Credentials, keep, load
from brandhub.inference.model_folder import INDEX
from styles.models import BaseModel, Style, StyleRevision
from styles.models.base_models import GuidanceSchedule
from styles.services import (
    create_revision,
    create_style,
    publish_revision,
    register_base_model,
    retire_revision,
    set_colour,
)
from styles.states import RevisionStatus

MODEL_FOLDER = "avatar-mini"
CLIENT = "Acme bot platform"
KEY = "Demo key"
TOKEN = "Demo token"  # noqa: S105 - a name
#: One demo at a time; any number that nobody else locks.
_LOCK = 0x64656D6F

#: User name → role in acme.
PEOPLE = {"manager": Role.MANAGER, "reviewer": Role.REVIEWER, "admin": None}
STRANGER = "globex-manager"

# (name, colour, role, tolerance): acme's blues, and neutrals that go with everything.
ACME_PALETTE = [
    ("Acme blue", "#1c7ed6", "primary", 14.0),
    ("Sky", "#b3e0f2", "secondary", 12.0),
    ("Indigo", "#4263eb", "accent", 12.0),
    ("White", "#ffffff", "neutral", 10.0),
    ("Mist", "#adb5bd", "neutral", 14.0),
    ("Ink", "#212529", "neutral", 14.0),
]
GLOBEX_PALETTE = [
    ("Globex green", "#2f9e44", "primary", 14.0),
    ("White", "#ffffff", "neutral", 10.0),
]


@dataclass(frozen=True)
class _StylePlan:
    slug: str
    name: str
    description: str
    default_tags: dict[str, str]


ACME_STYLE = _StylePlan(
    "friendly-robots",
    "Friendly robots",
    "Acme's support bots: cartoon robots that look at you kindly.",
    {"style": "cartoon", "subject": "robot"},
)
GLOBEX_STYLE = _StylePlan(
    "critters",
    "Critters",
    "Globex's little monsters.",
    {"style": "flat", "subject": "critter", "background": "green"},
)


@dataclass(frozen=True)
class Seeded:
    """What there is now; ``model`` is None where the weights are missing."""

    credentials: Credentials
    model: BaseModel | None


def seed(data_dir: Path) -> Seeded:
    """Make the demo brands, their people, styles, a client and its key. Idempotent.

    Passwords and keys are drawn at random and kept in ``data_dir``, for the database holds only
    their digests; those that are not in the file any more are replaced.
    """
    model = _registered_model()
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_LOCK])
        credentials = load(data_dir)
        acme = _brand("acme", "Acme", "customer service", ACME_PALETTE)
        globex = _brand("globex", "Globex", "gardening", GLOBEX_PALETTE)
        people = {
            name: _person(name, credentials, is_superuser=name == "admin")
            for name in (*PEOPLE, STRANGER)
        }
        for name, role in PEOPLE.items():
            if role is not None:
                add_member(actor=SYSTEM, brand=acme, user=people[name], role=role)
        add_member(actor=SYSTEM, brand=globex, user=people[STRANGER], role=Role.MANAGER)
        if model is not None:
            _publish(acme, ACME_STYLE, model)
            _publish(globex, GLOBEX_STYLE, model)
        _keys(acme, people, credentials)
        # Inside the transaction: a key that was committed and not kept would be lost.
        keep(credentials, data_dir)
    return Seeded(credentials, model)


def _registered_model() -> BaseModel | None:
    if not (Path(settings.MODELS_DIR) / MODEL_FOLDER / INDEX).is_file():
        return None
    model, _created = register_base_model(
        actor=SYSTEM, folder=MODEL_FOLDER, guidance_schedule=GuidanceSchedule.EARLY
    )
    return model


def _brand(
    slug: str, name: str, industry: str, palette: list[tuple[str, str, str, float]]
) -> Brand:
    brand = Brand.objects.filter(slug=slug).first()
    if brand is None:
        brand = create_brand(actor=SYSTEM, slug=slug, name=name, industry=industry)
        for position, (colour, value, role, tolerance) in enumerate(palette):
            set_colour(
                actor=SYSTEM,
                brand=brand,
                name=colour,
                hex=value,
                role=role,
                tolerance=tolerance,
                position=position,
            )
    return brand


def _person(name: str, credentials: Credentials, *, is_superuser: bool) -> User:
    """The account, with the password that is in the file."""
    person = User.objects.filter(username=name).first()
    password = credentials.passwords.setdefault(name, secrets.token_urlsafe(9))
    if person is None:
        return create_person(
            actor=SYSTEM,
            username=name,
            password=password,
            email=f"{name}@{settings.DEMO_EMAIL_DOMAIN}",
            is_staff=True,
            is_superuser=is_superuser,
        )
    if not person.check_password(password):
        return change_person(actor=SYSTEM, person_id=person.pk, password=password)
    return person


def _publish(brand: Brand, plan: _StylePlan, model: BaseModel) -> None:
    """Have the style's newest published revision draw with the weights that are here now."""
    style = Style.objects.filter(brand=brand, slug=plan.slug).first()
    if style is None:
        style = create_style(
            actor=SYSTEM,
            brand=brand,
            slug=plan.slug,
            name=plan.name,
            description=plan.description,
        )
    newest = (
        StyleRevision.objects.filter(style=style, status=RevisionStatus.PUBLISHED)
        .order_by("-number")
        .first()
    )
    if newest is not None and newest.base_model_id == model.pk:
        return
    values: dict[str, Any] = {"default_tags": plan.default_tags}
    if newest is not None:
        values = {
            "default_tags": newest.default_tags,
            "prompt_template": newest.prompt_template,
            "negative_prompt": newest.negative_prompt,
        }
    revision = create_revision(actor=SYSTEM, style=style, base_model=model, **values)
    publish_revision(actor=SYSTEM, revision_id=revision.pk)
    if newest is not None:
        retire_revision(actor=SYSTEM, revision_id=newest.pk)


def _keys(acme: Brand, people: dict[str, User], credentials: Credentials) -> None:
    client = ApiClient.objects.filter(name=CLIENT, brands=acme).first()
    if client is None:
        client = create_client(actor=SYSTEM, name=CLIENT, owner=people["manager"], brands=[acme])
    if not _opens(credentials.api_key):
        for key in client.keys.filter(name=KEY, revoked_at=None):
            revoke_key(actor=SYSTEM, key_id=key.pk)
        _key, credentials.api_key = issue_key(
            actor=SYSTEM, client=client, name=KEY, scopes=Scope.values
        )
    reviewer = people["reviewer"]
    if not _opens(credentials.reviewer_token):
        for token in reviewer.personal_tokens.filter(name=TOKEN, revoked_at=None):
            revoke_key(actor=SYSTEM, key_id=token.pk)
        _token, credentials.reviewer_token = issue_key(
            actor=SYSTEM, user=reviewer, name=TOKEN, scopes=Scope.values
        )


def _opens(text: str) -> bool:
    try:
        key_of(text)
    except KeyRefused:
        return False
    return True
