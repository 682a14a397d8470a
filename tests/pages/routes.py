"""Every page of the product and who may open it. A new route needs its line here.

``roles`` are those in the brand that are let in, with the status they get; other members get
``others``, and people of another brand get ``stranger``. Where nothing of a brand is shown but the
person's own (lists), a stranger is let in and must not find the brand's name there.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from tests.pages.world import World

EVERYBODY = ("manager", "reviewer", "viewer")
REVIEWERS = ("manager", "reviewer")
MANAGERS = ("manager",)


@dataclass(frozen=True)
class Route:
    """A line of the table. ``key`` picks the object whose primary key is in the address."""

    roles: tuple[str, ...]
    key: str = ""
    method: str = "get"
    answer: int = 200
    others: int = 403
    stranger: int = 404
    data: Callable[[World], dict[str, Any]] = field(default=lambda world: {})
    query: str = ""
    #: Of a brand at large, so that a stranger sees their own.
    is_list: bool = False

    def object_of(self, world: World) -> Any:
        found: Any = world
        for step in self.key.split("."):
            found = found[int(step)] if step.isdigit() else getattr(found, step)
        return found


def _list(roles: tuple[str, ...] = EVERYBODY, **values: Any) -> Route:
    return Route(roles, is_list=True, **({"stranger": 200} | values))


def _deed(roles: tuple[str, ...], key: str, **values: Any) -> Route:
    return Route(roles, key, method="post", **({"answer": 302} | values))


def _requirement(world: World) -> dict[str, Any]:
    return {
        "brand": world.brand.pk,
        "bot": world.bot.pk,
        "style_revision": world.revision.pk,
        "prompt": "a friendly robot",
        "candidates": 2,
        "priority": 1,
    }


def draft_form(world: World, **values: Any) -> dict[str, Any]:
    """A filled form of ``world.draft``."""
    return {
        "base_model": world.draft.base_model_id,
        "prompt_template": "kind {caption}",
        "negative_prompt": "frame",
        "steps": 5,
        "guidance_scale": 3.5,
        "guidance_schedule": "early",
        "scheduler": "ddim",
        "tier": "standard",
        "image_size": 64,
        "badge_corner": "",
        "badge_size": 26,
        "references": [world.reference.pk],
        "prompt": "a robot with glasses",
    } | values


#: Open to everybody, signed in or not.
OPEN = {"login", "logout"}

PAGES = {
    "home": _list(),
    "audit-trail": Route(MANAGERS, "brand"),
    "audit-export": Route(MANAGERS, "brand"),
    "bot-list": _list(),
    "bot-register": _list(MANAGERS),
    "bot-detail": Route(EVERYBODY, "bot"),
    "bot-roll-back": _deed(MANAGERS, "bot", data=lambda world: {"to": 1}),
    "bot-take-down": _deed(MANAGERS, "bot", data=lambda world: {"reason": "A mistake"}),
    "version-detail": Route(EVERYBODY, "versions.1"),
    "request-list": _list(),
    "request-new": _list(MANAGERS),
    "request-preview": Route(MANAGERS, method="post", data=_requirement),
    "request-detail": Route(EVERYBODY, "request"),
    "request-live": Route(EVERYBODY, "request"),
    "request-cancel": _deed(MANAGERS, "request"),
    "request-retry": _deed(MANAGERS, "failed"),
    "request-reference": Route(EVERYBODY, "request"),
    "candidate-picture": Route(EVERYBODY, "candidates.0"),
    "review-queue": _list(REVIEWERS),
    "review-next": Route(REVIEWERS, method="post", answer=302, stranger=302, is_list=True),
    "review-together": _list(REVIEWERS),
    "statistics": _list(REVIEWERS),
    "statistics-export": _list(REVIEWERS),
    "review-case": Route(REVIEWERS, "case"),
    "review-live": Route(REVIEWERS, "case"),
    "review-plan": Route(
        REVIEWERS, "case", method="post", data=lambda world: {"prompt": "a calm robot"}
    ),
    # The manager asked for it, so only the reviewer may decide.
    "review-claim": _deed(("reviewer",), "case"),
    "review-release": _deed(REVIEWERS, "case"),
    "review-approve": _deed(
        ("reviewer",),
        "case",
        data=lambda world: {
            "picture": f"{world.candidates[0].pk}:{world.candidates[0].pixel_sha256}"
        },
    ),
    "review-reject": _deed(("reviewer",), "case", data=lambda world: {"reason_codes": "off_brand"}),
    "review-changes": _deed(
        ("reviewer",), "case", data=lambda world: {"comment": "Calmer, please"}
    ),
    "review-comment": _deed(REVIEWERS, "case", data=lambda world: {"text": "Nice ears"}),
    # Nobody has approved it.
    "review-undo": _deed(REVIEWERS, "case"),
    # The manager asked for it, so nobody is left whom a reviewer could put it before.
    "review-escalate": _deed(
        ("reviewer",), "case", answer=409, data=lambda world: {"comment": "Is this ours?"}
    ),
    # Who asked for it may not decide who decides: the manager is told, and nothing is changed.
    "review-assign": _deed(
        MANAGERS, "case", answer=403, data=lambda world: {"assignee": str(world.reviewer.pk)}
    ),
    "duty-delegate": _deed(
        REVIEWERS, "brand", answer=422, data=lambda world: {"delegate_id": "", "until": ""}
    ),
    "duty-end": _deed(REVIEWERS, "brand"),
    "policy-list": Route(REVIEWERS, "brand"),
    "policy-detail": Route(REVIEWERS, "policy"),
    "policy-draft": _deed(MANAGERS, "brand"),
    "policy-edit": Route(MANAGERS, "policy_draft"),
    "policy-replay": Route(MANAGERS, "policy_draft"),
    "policy-discard": _deed(MANAGERS, "policy_draft"),
    "adapter-list": _list(),
    "adapter-upload": _list(MANAGERS),
    "adapter-detail": Route(EVERYBODY, "adapter.adapter"),
    "adapter-live": Route(EVERYBODY, "adapter.adapter"),
    "adapter-preview": Route(EVERYBODY, "adapter"),
    "adapter-deprecate": _deed(MANAGERS, "adapter"),
    "adapter-recheck": _deed(MANAGERS, "unchecked_adapter"),
    "revision-adapters": Route(MANAGERS, "pinning_draft"),
    "training-list": _list(),
    "training-new": _list(MANAGERS),
    "training-detail": Route(EVERYBODY, "training"),
    "training-live": Route(EVERYBODY, "training"),
    "training-preview": Route(EVERYBODY, "training"),
    "training-pause": _deed(MANAGERS, "training"),
    "training-resume": _deed(MANAGERS, "training"),
    "training-cancel": _deed(MANAGERS, "training"),
    "brand-list": _list(),
    "brand-detail": Route(EVERYBODY, "brand"),
    "brand-edit": Route(MANAGERS, "brand"),
    "brand-palette": Route(MANAGERS, "brand"),
    "brand-logo": Route(MANAGERS, "brand"),
    "logo-picture": Route(EVERYBODY, "logo"),
    "brand-members": Route(MANAGERS, "brand"),
    "colour-remove": _deed(MANAGERS, "colour"),
    "member-remove": _deed(MANAGERS, "membership"),
    "style-list": _list(),
    "style-detail": Route(EVERYBODY, "style"),
    "style-new": _list(MANAGERS),
    "style-edit": Route(MANAGERS, "style"),
    "revision-new": _deed(MANAGERS, "style"),
    "revision-edit": Route(MANAGERS, "draft"),
    "revision-preview": Route(MANAGERS, "draft", method="post", data=draft_form),
    "revision-retire": _deed(MANAGERS, "revision"),
    "revision-changes": Route(EVERYBODY, "draft"),
    "revision-pack": Route(MANAGERS, "revision"),
    "style-import": _list(MANAGERS),
    "revision-compare": Route(MANAGERS, "draft"),
    "comparison": Route(EVERYBODY, "comparison"),
    "comparison-live": Route(EVERYBODY, "comparison"),
    "reference-list": _list(),
    "reference-upload": _list(MANAGERS),
    "reference-detail": Route(EVERYBODY, "reference"),
    "reference-picture": Route(EVERYBODY, "reference"),
    "reference-suggest": _deed(MANAGERS, "brand"),
    "reference-remove": _deed(MANAGERS, "unused_reference"),
}
