"""What beat does for this app."""

BEAT_SCHEDULE = {
    "accounts.purge_idempotency_records": {
        "task": "accounts.purge_idempotency_records",
        "schedule": 3600.0,
        # A tick that waited longer than this is overtaken by the next one.
        "options": {"expires": 3600.0},
    }
}
