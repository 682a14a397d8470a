"""BrandHub: brand avatars made by AI, reviewed by people, served by version."""

from brandhub.celery import app as celery_app

__all__ = ["celery_app"]
