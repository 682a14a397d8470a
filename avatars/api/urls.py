"""Addresses of bots, requests, candidates, versions and pictures."""

from django.urls import path

import brandhub.api.converters  # noqa: F401 - registers sha256 and picture_extension
from avatars.api.bots import BotDetail, Bots
from avatars.api.pictures import (
    BotAvatar,
    CandidateImage,
    ImmutableRendition,
    PublicAvatar,
    VersionAvatar,
)
from avatars.api.requests import (
    Generate,
    RequestCancel,
    RequestDetail,
    RequestRetry,
    Requests,
)
from avatars.api.streams import RequestEvents
from avatars.api.versions import Provenance, RollBack, TakeDown, Versions

#: Below ``/api/v1/``.
urlpatterns = [
    path("bots", Bots.as_view(), name="bots"),
    path("bots/<str:external_id>", BotDetail.as_view(), name="bot"),
    path("bots/<str:external_id>/versions", Versions.as_view(), name="versions"),
    path(
        "bots/<str:external_id>/versions/<int:number>/avatar",
        VersionAvatar.as_view(),
        name="version-avatar",
    ),
    path("bots/<str:external_id>/rollback", RollBack.as_view(), name="roll-back"),
    path("bots/<str:external_id>/take-down", TakeDown.as_view(), name="take-down"),
    path("bots/<str:external_id>/avatar", BotAvatar.as_view(), name="bot-avatar"),
    path("requests", Requests.as_view(), name="requests"),
    path("requests/<uuid:request_id>", RequestDetail.as_view(), name="request"),
    path("requests/<uuid:request_id>/events", RequestEvents.as_view(), name="request-events"),
    path("requests/<uuid:request_id>/cancel", RequestCancel.as_view(), name="request-cancel"),
    path("requests/<uuid:request_id>/retry", RequestRetry.as_view(), name="request-retry"),
    path("candidates/<uuid:candidate_id>/image", CandidateImage.as_view(), name="candidate-image"),
    path("versions/<uuid:version_id>/provenance", Provenance.as_view(), name="version-provenance"),
]

#: At the root.
short_form = [path("api/generate", Generate.as_view(), name="generate")]
public = [
    path("public/<str:token>/avatar", PublicAvatar.as_view(), name="public-avatar"),
    path(
        "avatars/<slug:brand_public_id>/<sha256:sha256>.<picture_extension:extension>",
        ImmutableRendition.as_view(),
        name="rendition",
    ),
]
