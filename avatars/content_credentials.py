"""What is signed into a published picture: that a model made it, and which record leads back.

Ids, digests and times only: whoever has the file can ask the brand about them, and learns no
requirement, no name and no address from it. Actions are those of C2PA 2.4, 18.15.
"""

from __future__ import annotations

import hashlib
import json
from datetime import datetime
from typing import TYPE_CHECKING, Any

from avatars.models import AvatarVersion
from brandhub import __version__
from brandhub.c2pa.signing import Signer, signer

if TYPE_CHECKING:
    from avatars.renditions import RenditionSpec

#: The assertion of our own. Reversed it is no domain of anybody's, as C2PA wants names to be.
LABEL = "brandhub.avatar"
#: Smaller pictures would be mostly credentials, and are what lists of many are made of.
SMALLEST = 128

#: IPTC's vocabulary of digital source types: made by a trained model; put together of that and
#: something else; changed by a program that invents nothing.
_SOURCE_TYPE = "http://cv.iptc.org/newscodes/digitalsourcetype/"
MADE_BY_MODEL = f"{_SOURCE_TYPE}trainedAlgorithmicMedia"
_COMPOSED = f"{_SOURCE_TYPE}compositeWithTrainedAlgorithmicMedia"
_CHANGED_BY_RULE = f"{_SOURCE_TYPE}algorithmicallyEnhanced"


def signer_for(version: AvatarVersion, spec: RenditionSpec) -> Signer | None:
    """Who signs this rendition; None where it is to carry no credentials, or signing rests.

    A sandbox's pictures are never signed: no person has approved them, and with a test key alone
    anybody could have had the brand's name put under whatever they wish for.
    """
    if spec.size < SMALLEST or version.bot.sandbox:
        return None
    who = signer()
    return None if who is None or who.rests else who


def manifest_of(version: AvatarVersion, spec: RenditionSpec) -> dict[str, Any]:
    """What is said in a rendition that is made of ``version``, for whoever signs it.

    Pixels that several versions show have one file, which speaks of the version that was published
    first.
    """
    origin = (
        AvatarVersion.objects.in_sandbox(False)
        .filter(brand_id=version.brand_id, pixel_sha256=version.pixel_sha256)
        .select_related("candidate__request__base_model")
        .order_by("published_at", "id")[0]
    )
    return {
        "claim_generator_info": [{"name": "BrandHub", "version": __version__}],
        "assertions": [
            {
                "label": "c2pa.actions",
                "created": True,
                # Nothing else was done to the pixels that the model drew.
                "data": {"actions": _actions(origin, spec), "allActionsIncluded": True},
            },
            {
                "label": LABEL,
                "created": True,
                "data": {**claims_of(origin), "rendition": str(spec)},
            },
        ],
    }


def _actions(version: AvatarVersion, spec: RenditionSpec) -> list[dict[str, Any]]:
    candidate = version.candidate
    model = candidate.request.base_model
    actions: list[dict[str, Any]] = [
        {
            "action": "c2pa.created",
            "when": _seconds(candidate.rendered_at or candidate.created_at),
            "digitalSourceType": MADE_BY_MODEL,
            "softwareAgent": {
                "name": "BrandHub",
                "version": __version__,
                "brandhub.model": model.name,
                "brandhub.model_sha256": model.content_hash,
            },
        }
    ]
    if candidate.request.badge:
        actions.append(
            {
                "action": "c2pa.edited",
                "description": "the brand's logo laid on",
                "digitalSourceType": _COMPOSED,
            }
        )
    width, height = candidate.width or spec.size, candidate.height or spec.size
    if width != height:
        actions.append(_cropped("to a square"))
    if spec.size < min(width, height):
        actions.append({"action": "c2pa.resized.proportional"})
    if spec.shape == "circle":
        actions.append(_cropped("to a circle"))
    if spec.format != "png":
        actions.append({"action": "c2pa.converted"})
    return actions


def _cropped(description: str) -> dict[str, Any]:
    return {
        "action": "c2pa.cropped",
        "description": description,
        "digitalSourceType": _CHANGED_BY_RULE,
    }


def claims_of(version: AvatarVersion) -> dict[str, Any]:
    """What is said of a version in each of its files."""
    return {
        "version": str(version.pk),
        "number": version.number,
        "bot": str(version.bot_id),
        "pixel_sha256": version.pixel_sha256,
        "recipe_sha256": recipe_sha256(version),
        "decision": str(version.decision_id),
        "decided_at": version.decision.get("decided_at"),
        "decided_by": "person" if version.decision.get("reviewer") else "policy",
    }


def recipe_sha256(version: AvatarVersion) -> str:
    """A digest of what the picture was drawn with, of the lineage record and without any words.

    Words may be erased from the record, and a digest of a few words gives them away to who guesses.
    Files that are out hold it for ever: what comes to be part of a recipe later is left out here
    where it has the value that all earlier ones had.
    """
    candidate = version.candidate
    request = candidate.request
    recipe = {
        "adapters": [[each["sha256"], each["weight"]] for each in request.adapters],
        "badge": request.badge.get("sha256"),
        "base_model": request.base_model.content_hash,
        "guidance_scale": request.guidance_scale,
        "guidance_schedule": request.guidance_schedule,
        "height": candidate.height,
        "reference_images": sorted(
            [each.image.file_sha256, each.role, each.weight]
            for each in request.references.select_related("image")
        ),
        "scheduler": request.scheduler,
        "seed": candidate.seed,
        "steps": request.steps,
        "strength": request.strength,
        "style_revision": str(request.style_revision_id),
        "width": candidate.width,
    }
    canonical = json.dumps(recipe, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(canonical.encode()).hexdigest()


def _seconds(moment: datetime) -> str:
    return moment.isoformat(timespec="seconds")
