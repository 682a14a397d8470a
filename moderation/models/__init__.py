from moderation.models.cases import Decision, ReviewCase
from moderation.models.findings import Finding
from moderation.models.screenings import ScreeningRun

__all__ = ["Decision", "Finding", "ReviewCase", "ScreeningRun"]
