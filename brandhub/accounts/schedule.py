"""What beat does for this app."""

from celery.schedules import crontab

BEAT_SCHEDULE = {
    "accounts.purge_idempotency_records": {
        "task": "accounts.purge_idempotency_records",
        "schedule": 3600.0,
        # A tick that waited longer than this is overtaken by the next one.
        "options": {"expires": 3600.0},
    },
    "accounts.remove_unreferenced_files": {
        "task": "accounts.remove_unreferenced_files",
        # By the clock, for each hour has its share; and before the hour is over.
        "schedule": crontab(minute="17"),
        "options": {"expires": 2400.0},
    },
}
