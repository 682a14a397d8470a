"""Celery finds tasks in modules of this name."""

from brandhub.jobs.sweep import sweep_task

__all__ = ["sweep_task"]
