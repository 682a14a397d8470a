"""The parent of a render worker imports the model libraries before it forks.

A child that is killed is replaced by a fork of its parent. If that had to import torch first, some
four seconds of a quiet machine and half a minute of a busy one, all work would wait for it.
"""

from typing import Any

import structlog
from celery.signals import celeryd_after_setup

from avatars.queue import queue_name
from brandhub.inference.errors import BackendMisused
from brandhub.inference.runtime import preload
from brandhub.settings.env import ConfigurationError

log = structlog.get_logger(__name__)


@celeryd_after_setup.connect
def _preload(*, instance: Any, **_: Any) -> None:
    """Only where render queues are consumed: other workers never need a model.

    Ends a worker whose settings of rendering are wrong with a sentence: each of its tasks would
    fail.
    """
    if any(name.startswith(queue_name("")) for name in instance.app.amqp.queues.consume_from):
        try:
            done = preload()
        except BackendMisused as error:
            raise ConfigurationError(error.detail) from error
        log.info("libraries_preloaded", done=done)
