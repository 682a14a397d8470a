"""The ways from a picture to what it came of and what came of it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from avatars.hooks import moderation
from avatars.models import AvatarVersion, GenerationRequest
from brandhub.accounts.models import Role, User
from brandhub.accounts.permissions import has_role
from styles.models import AdapterRevision


@dataclass(frozen=True, slots=True)
class WornAdapter:
    """An adapter as a request keeps it, and its revision in the library."""

    name: str
    weight: float
    sha256: str
    revision: AdapterRevision | None


def worn_adapters(request: GenerationRequest) -> list[WornAdapter]:
    """What ``request`` is drawn with on top of its base model, in one query where there is any."""
    if not request.adapters:
        return []
    known = AdapterRevision.objects.filter(brand_id=request.brand_id).in_bulk(
        [each["revision"] for each in request.adapters]
    )
    by_key = {str(pk): revision for pk, revision in known.items()}
    return [
        WornAdapter(
            name=each["adapter"],
            weight=each["weight"],
            sha256=each["sha256"],
            revision=by_key.get(each["revision"]),
        )
        for each in request.adapters
    ]


def trail_of(user: User, request: GenerationRequest) -> dict[str, Any]:
    """What a page of ``request`` links to: its adapters, the version that came of it, its case.

    The case only for whoever may open its page.
    """
    reviews = has_role(user, request.brand_id, Role.REVIEWER, Role.MANAGER)
    return {
        "adapters": worn_adapters(request),
        "published": AvatarVersion.objects.filter(candidate__request=request)
        .order_by("number")
        .first(),
        "case_id": moderation().newest_case_of(request_id=request.pk) if reviews else None,
    }
