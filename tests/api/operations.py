"""Every operation of the API: who may call it, what strangers are told, what a list may cost.

A new operation needs its row here, with a call that succeeds; ``test_gate`` does the rest.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from styles.models import BaseModel
from tests.api.pictures import png
from tests.api.world import (
    World,
    another_adapter,
    another_bot,
    another_case,
    another_delegation,
    another_delivery,
    another_endpoint,
    another_policy,
    another_reference,
    another_request,
    another_style,
    another_version,
)
from tests.inference.hostile_adapters import sound
from tests.styles.packs.packs import plain_pack

#: What the stranger of another brand is told.
ABSENT = "absent"  # 404, as if it did not exist
EMPTY = "empty"  # a list without rows
OWN = "own"  # nothing of a brand in it: the caller's own
PUBLIC = "public"  # anybody may

#: The roles of persons that may call it.
MANAGER = frozenset({"manager"})
MEMBER = frozenset({"manager", "reviewer", "viewer"})
REVIEWER = frozenset({"reviewer"})
JUDGE = frozenset({"manager", "reviewer"})
NOBODY: frozenset[str] = frozenset()  # the key of a client only

REQUESTS = "/api/v1/requests"
BOT = "/api/v1/bots/support-42"
REVIEWS = "/api/v1/reviews"
DELEGATIONS = "/api/v1/review-delegations"
HOOKS = "/api/v1/webhook-endpoints"


@dataclass(frozen=True)
class Operation:
    """One row: ``path`` and ``body`` make a call that succeeds in the world of ``test_gate``."""

    method: str
    path: str | Callable[[World], str]
    scopes: tuple[str, ...]
    roles: frozenset[str]
    stranger: str
    status: int = 200
    body: Any = None
    #: Most queries of a call; a list may not take more for more rows.
    queries: int = 20
    #: For a list: makes one row more.
    another: Callable[[World], None] | None = None
    is_upload: bool = False
    #: Makes the file of an upload.
    upload: Callable[[], SimpleUploadedFile] = field(default=lambda: upload())
    #: Whether a client's key may call it at all.
    for_clients: bool = True

    def address(self, world: World) -> str:
        return self.path if isinstance(self.path, str) else self.path(world)

    def content(self, world: World) -> Any:
        return self.body(world) if callable(self.body) else self.body


def _list(path: str | Callable[[World], str], scope: str, **values: Any) -> Operation:
    chosen = {"roles": MEMBER, "stranger": EMPTY} | values
    return Operation("GET", path, (scope,), **chosen)


def upload() -> SimpleUploadedFile:
    return SimpleUploadedFile("picture.png", png(), content_type="image/png")


def tomorrow() -> str:
    return (timezone.now() + timedelta(days=1)).isoformat()


def adapter_upload() -> SimpleUploadedFile:
    return SimpleUploadedFile("adapter.safetensors", sound())


def pack_upload() -> SimpleUploadedFile:
    return SimpleUploadedFile("style.zip", plain_pack(BaseModel.objects.order_by("id")[0]))


def _review(action: str, body: Any = None, **values: Any) -> Operation:
    return Operation(
        "POST",
        lambda world: f"{REVIEWS}/{world.case.pk}/{action}",
        (),
        **{"roles": JUDGE, "stranger": ABSENT} | values,
        body=body,
        for_clients=False,
    )


OPERATIONS = {
    "me": Operation("GET", "/api/v1/me", (), MEMBER, OWN, queries=4),
    # Styles and requirements.
    "styles_list": _list("/api/v1/styles", "styles:read", queries=8, another=another_style),
    "styles_get": Operation(
        "GET",
        "/api/v1/styles/acme/friendly-robots",
        ("styles:read",),
        MEMBER,
        ABSENT,
        queries=6,
    ),
    "styles_pack": Operation(
        "GET",
        "/api/v1/styles/acme/friendly-robots/pack",
        ("styles:write",),
        MANAGER,
        ABSENT,
    ),
    "style_packs_create": Operation(
        "POST",
        "/api/v1/style-packs",
        ("styles:write",),
        MANAGER,
        ABSENT,
        status=201,
        body={"brand": "acme"},
        queries=30,
        is_upload=True,
        upload=lambda: pack_upload(),
    ),
    "requirements_parse": Operation(
        "POST",
        "/api/v1/requirements/parse",
        ("requests:write",),
        MEMBER,
        OWN,
        body={"text": "a robot with glasses"},
        queries=2,
    ),
    "reference_images_create": Operation(
        "POST",
        "/api/v1/reference-images",
        ("requests:write",),
        MANAGER,
        ABSENT,
        status=201,
        body={"brand": "acme"},
        is_upload=True,
    ),
    "references_list": _list(
        "/api/v1/references", "styles:read", queries=4, another=another_reference
    ),
    "references_create": Operation(
        "POST",
        "/api/v1/references",
        ("references:write",),
        MANAGER,
        ABSENT,
        status=201,
        body={"brand": "acme"},
        is_upload=True,
    ),
    "references_image": Operation(
        "GET",
        lambda world: f"/api/v1/references/{world.reference.pk}/image",
        ("styles:read",),
        MEMBER,
        ABSENT,
        queries=4,
    ),
    # Adapters.
    "adapters_list": _list("/api/v1/adapters", "styles:read", queries=4, another=another_adapter),
    "adapters_get": Operation(
        "GET",
        lambda world: f"/api/v1/adapters/{world.adapter.pk}",
        ("styles:read",),
        MEMBER,
        ABSENT,
        queries=4,
    ),
    "adapters_create": Operation(
        "POST",
        "/api/v1/adapters",
        ("adapters:write",),
        MANAGER,
        ABSENT,
        status=201,
        body={"brand": "acme", "adapter": "new-one", "base_model": "avatar-mini"},
        is_upload=True,
        upload=adapter_upload,
    ),
    # Bots.
    "bots_list": _list("/api/v1/bots", "avatars:read", queries=5, another=another_bot),
    "bots_get": Operation("GET", BOT, ("avatars:read",), MEMBER, ABSENT, queries=4),
    "bots_put": Operation(
        "PUT",
        "/api/v1/bots/new-one",
        ("bots:write",),
        MANAGER,
        ABSENT,
        status=201,
        body={"brand": "acme", "name": "New"},
    ),
    "bots_versions_list": _list(
        f"{BOT}/versions", "avatars:read", stranger=ABSENT, queries=4, another=another_version
    ),
    "bots_versions_avatar": Operation(
        "GET",
        f"{BOT}/versions/2/avatar?size=64&format=webp",
        ("avatars:read",),
        MEMBER,
        ABSENT,
        queries=4,
    ),
    "bots_avatar": Operation(
        "GET", f"{BOT}/avatar?size=64&format=webp", ("avatars:read",), MEMBER, ABSENT, queries=4
    ),
    "bots_roll_back": Operation(
        "POST",
        f"{BOT}/rollback",
        ("bots:write",),
        MANAGER,
        ABSENT,
        status=201,
        queries=21,
        body={"to": 1},
    ),
    "bots_take_down": Operation(
        "POST",
        f"{BOT}/take-down",
        ("bots:write",),
        MANAGER,
        ABSENT,
        # It locks every bot of the brand and the brand's pixels.
        queries=23,
        body={"reason": "infringes"},
    ),
    "versions_provenance": Operation(
        "GET",
        lambda world: f"/api/v1/versions/{world.versions[1].pk}/provenance",
        ("requests:read",),
        MEMBER,
        ABSENT,
        queries=7,
    ),
    # Requests and candidates.
    "requests_list": _list(REQUESTS, "requests:read", queries=5, another=another_request),
    "requests_create": Operation(
        "POST",
        REQUESTS,
        ("requests:write",),
        MANAGER,
        ABSENT,
        status=202,
        body={"bot": "support-42", "style": "acme/friendly-robots", "prompt": "a robot"},
        queries=60,
    ),
    "requests_get": Operation(
        "GET",
        lambda world: f"{REQUESTS}/{world.in_review.pk}",
        ("requests:read",),
        MEMBER,
        ABSENT,
        queries=8,
    ),
    "requests_events": Operation(
        "GET",
        lambda world: f"{REQUESTS}/{world.failed.pk}/events",
        ("requests:read",),
        MEMBER,
        ABSENT,
        status=204,
        queries=3,
    ),
    "requests_cancel": Operation(
        "POST",
        lambda world: f"{REQUESTS}/{world.queued.pk}/cancel",
        ("requests:write",),
        MANAGER,
        ABSENT,
        status=202,
        queries=30,
    ),
    "requests_retry": Operation(
        "POST",
        lambda world: f"{REQUESTS}/{world.failed.pk}/retry",
        ("requests:write",),
        MANAGER,
        ABSENT,
        status=202,
        queries=40,
    ),
    "generate": Operation(
        "POST",
        "/api/generate",
        ("requests:write", "bots:write"),
        MANAGER,
        ABSENT,
        status=202,
        body={"prompt": "a robot", "style": "acme/friendly-robots"},
        queries=60,
    ),
    "candidates_image": Operation(
        "GET",
        lambda world: f"/api/v1/candidates/{world.candidate.pk}/image",
        ("previews:read",),
        MEMBER,
        ABSENT,
        queries=4,
    ),
    # Reviews.
    "reviews_list": Operation(
        "GET",
        REVIEWS,
        (),
        MEMBER,
        EMPTY,
        queries=5,
        another=another_case,
        for_clients=False,
    ),
    "reviews_get": Operation(
        "GET",
        lambda world: f"{REVIEWS}/{world.case.pk}",
        (),
        JUDGE,
        ABSENT,
        queries=11,
        for_clients=False,
    ),
    "reviews_claim": _review("claim", queries=25),
    "reviews_release": _review("release", queries=20),
    "reviews_approve": _review(
        "approve",
        lambda world: {
            "candidate_id": str(world.candidate.pk),
            "pixel_sha256": world.candidate.pixel_sha256,
        },
        queries=80,
    ),
    "reviews_reject": _review("reject", {"reason_codes": ["off_brand"]}, queries=60),
    "reviews_request_changes": _review("request-changes", {"comment": "Rounder ears."}, queries=60),
    "reviews_reword": _review(
        "reword",
        {"comment": "Rounder ears.", "prompt": "a calm robot", "tags": {"background": "blue"}},
        status=201,
        queries=80,
    ),
    "reviews_comment": _review("comment", {"text": "Look."}, status=201, queries=20),
    "reviews_escalate": _review("escalate", {"comment": "Is this ours?"}, queries=60),
    "reviews_assign": _review(
        "assign",
        lambda world: {"assignee_id": str(world.reviewer.pk)},
        queries=40,
        roles=MANAGER,
    ),
    "reviews_undo": Operation(
        "POST",
        lambda world: f"{REVIEWS}/{world.approved_once.pk}/undo",
        (),
        JUDGE,
        ABSENT,
        body={},
        for_clients=False,
        queries=40,
    ),
    "review_delegations_list": Operation(
        "GET",
        DELEGATIONS,
        (),
        MEMBER,
        EMPTY,
        queries=4,
        another=another_delegation,
        for_clients=False,
    ),
    "review_delegations_create": Operation(
        "POST",
        DELEGATIONS,
        (),
        JUDGE,
        ABSENT,
        status=201,
        body=lambda world: {
            "brand": "acme",
            "delegate_id": str(world.reviewer.pk),
            "until": tomorrow(),
        },
        for_clients=False,
    ),
    "review_delegations_delete": Operation(
        "DELETE",
        lambda world: f"{DELEGATIONS}/{world.delegation.pk}",
        (),
        MEMBER,
        ABSENT,
        status=204,
        for_clients=False,
    ),
    "review_policies_list": Operation(
        "GET",
        "/api/v1/review-policies",
        (),
        MEMBER,
        EMPTY,
        queries=4,
        another=another_policy,
        for_clients=False,
    ),
    "review_policies_get": Operation(
        "GET",
        lambda world: f"/api/v1/review-policies/{world.policy.pk}",
        (),
        JUDGE,
        ABSENT,
        queries=5,
        for_clients=False,
    ),
    # Published pictures.
    "public_avatar": Operation(
        "GET",
        lambda world: f"/public/{world.bot.public_token}/avatar?size=64&format=webp",
        (),
        MEMBER,
        PUBLIC,
        queries=3,
    ),
    "avatars_rendition": Operation(
        "GET",
        lambda world: f"/avatars/{world.brand.public_id}/{world.rendition.file_sha256}.webp",
        (),
        MEMBER,
        PUBLIC,
        queries=2,
    ),
    # Webhooks and events.
    "webhook_endpoints_list": _list(
        HOOKS, "webhooks:write", roles=NOBODY, queries=3, another=another_endpoint
    ),
    "webhook_endpoints_create": Operation(
        "POST",
        HOOKS,
        ("webhooks:write",),
        NOBODY,
        OWN,
        status=201,
        body={"url": "https://platform.example/hooks"},
    ),
    "webhook_endpoints_get": Operation(
        "GET",
        lambda world: f"{HOOKS}/{world.endpoint.pk}",
        ("webhooks:write",),
        NOBODY,
        ABSENT,
        queries=3,
    ),
    "webhook_endpoints_change": Operation(
        "PATCH",
        lambda world: f"{HOOKS}/{world.endpoint.pk}",
        ("webhooks:write",),
        NOBODY,
        ABSENT,
        body={"is_enabled": False},
    ),
    "webhook_endpoints_delete": Operation(
        "DELETE",
        lambda world: f"{HOOKS}/{world.endpoint.pk}",
        ("webhooks:write",),
        NOBODY,
        ABSENT,
        status=204,
    ),
    "webhook_endpoints_rotate_secret": Operation(
        "POST",
        lambda world: f"{HOOKS}/{world.endpoint.pk}/rotate-secret",
        ("webhooks:write",),
        NOBODY,
        ABSENT,
    ),
    "webhook_endpoints_ping": Operation(
        "POST",
        lambda world: f"{HOOKS}/{world.endpoint.pk}/ping",
        ("webhooks:write",),
        NOBODY,
        ABSENT,
        status=202,
    ),
    "webhook_deliveries_list": _list(
        lambda world: f"{HOOKS}/{world.endpoint.pk}/deliveries",
        "webhooks:write",
        roles=NOBODY,
        stranger=ABSENT,
        queries=4,
        another=another_delivery,
    ),
    "webhook_deliveries_replay": Operation(
        "POST",
        lambda world: f"{HOOKS}/{world.endpoint.pk}/deliveries/{world.delivery.pk}/replay",
        ("webhooks:write",),
        NOBODY,
        ABSENT,
        status=202,
    ),
    "events_list": _list("/api/v1/events", "requests:read", queries=3, another=another_delivery),
}
