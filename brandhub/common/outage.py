"""Redis when it hangs: whoever finds out has waited for it, and the next callers need not."""

from __future__ import annotations

import time

#: How long nobody of this process asks again. The sweep, which sends what was left out, comes
#: every second; a longer rest would only put off the recovery.
REST_SECONDS = 2.0


class Outage:
    """Whether a service let somebody of this process wait in vain a moment ago.

    Only for what is asked on the side: what is left out must be made up for by somebody else.
    """

    def __init__(self) -> None:
        self._until = 0.0

    def note(self) -> None:
        """Somebody's patience has run out just now."""
        self._until = time.monotonic() + REST_SECONDS

    @property
    def lasts(self) -> bool:
        return time.monotonic() < self._until

    def forget(self) -> None:
        """Ask again at once."""
        self._until = 0.0


#: Of the Redis that carries hints and news.
redis_outage = Outage()
