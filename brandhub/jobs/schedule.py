"""What beat does for this app."""

BEAT_SCHEDULE = {
    "jobs.remove_unfinished_files": {
        "task": "jobs.remove_unfinished_files",
        "schedule": 3600.0,
        # A tick that waited longer than this is overtaken by the next one.
        "options": {"expires": 3600.0},
    }
}
