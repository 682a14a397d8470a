"""A worker that is asked to end once more while it is ending."""

import threading

from celery.signals import worker_shutting_down

import brandhub.celery  # noqa: F401 - what is tested is done at its import


def test_a_second_sigterm_in_the_midst_of_the_first_is_not_waited_for_by_it():
    # Given a handler that was interrupted while it held the lock, in its thread,
    ended = threading.Event()

    def be_interrupted() -> None:
        with worker_shutting_down.lock:
            # when the second one tells of the shutdown, too,
            worker_shutting_down.send(sender="worker@here", sig="TERM", how="Warm", exitcode=0)
        ended.set()

    threading.Thread(target=be_interrupted, daemon=True).start()

    # then it does so.
    assert ended.wait(60)
