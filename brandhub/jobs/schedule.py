"""What beat does for the lease protocol."""

from brandhub.settings import env

BEAT_SCHEDULE = {
    "jobs.sweep": {
        "task": "jobs.sweep",
        "schedule": env.SWEEP_SECONDS,
        # A tick that waited longer than this is overtaken by later ones.
        "options": {"expires": max(10.0, env.SWEEP_SECONDS * 3)},
    }
}
