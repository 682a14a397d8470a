from moderation.models.cases import CaseComment, Decision, ReviewCase
from moderation.models.delegations import Delegation
from moderation.models.findings import Finding
from moderation.models.fingerprints import PictureFingerprint
from moderation.models.notices import Notice
from moderation.models.policies import ReviewPolicy
from moderation.models.screenings import ScreeningRun

__all__ = [
    "CaseComment",
    "Decision",
    "Delegation",
    "Finding",
    "Notice",
    "PictureFingerprint",
    "ReviewCase",
    "ReviewPolicy",
    "ScreeningRun",
]
