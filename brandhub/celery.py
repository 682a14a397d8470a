"""The Celery application, and what its messages mean here.

The rows in PostgreSQL are the jobs. A message is only a hint that there may be work, carries ids
at most, is acknowledged before it is acted upon, and may be lost, doubled or late without harm:
the sweep, which beat starts every few seconds, sends hints again.

Queues: ``render.<model family>`` for the workers that hold a model, ``training`` for those that
train adapters; ``screening``, ``webhooks`` and, for all that is soon done, ``default``. A worker of
several queues takes from each in turn, so that none waits behind the backlog of another.
"""

import logging.config
import os
import threading
from typing import Any

from celery import Celery, signals
from django_structlog.celery.steps import DjangoStructLogInitStep

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "brandhub.settings.dev")

app = Celery("brandhub")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()
app.steps["worker"].add(DjangoStructLogInitStep)

# Celery tells of a shutdown from its handler of SIGTERM, under a lock that knows no owner. A second
# SIGTERM in between, such as the one for a parent's death, waited for it in the same thread, and
# the worker never ended.
signals.worker_shutting_down.lock = threading.RLock()


@signals.setup_logging.connect
def _use_the_projects_logging(**kwargs: Any) -> None:
    """Keeps Celery from installing handlers of its own, which would write task arguments."""
    from django.conf import settings

    logging.config.dictConfig(settings.LOGGING)


@signals.worker_init.connect
@signals.beat_init.connect
def _refuse_demo_accounts(**kwargs: Any) -> None:
    from brandhub.checks import refuse_demo_accounts

    refuse_demo_accounts()
