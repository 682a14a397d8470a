from avatars.models.alignments import Alignment
from avatars.models.bots import Bot
from avatars.models.candidates import Attempt, Candidate
from avatars.models.comparisons import StyleComparison
from avatars.models.requests import (
    GenerationRequest,
    ReferenceRole,
    RequestEvent,
    RequestReference,
)
from avatars.models.turns import RenderTurn
from avatars.models.versions import AvatarVersion, Rendition

__all__ = [
    "Alignment",
    "Attempt",
    "AvatarVersion",
    "Bot",
    "Candidate",
    "GenerationRequest",
    "ReferenceRole",
    "RenderTurn",
    "Rendition",
    "RequestEvent",
    "RequestReference",
    "StyleComparison",
]
