"""Named points of the protocol where a test may let something happen: a kill, a race, a stall.

In production nobody listens and a boundary costs one comparison.
"""

from collections.abc import Callable

_listener: Callable[[str], None] | None = None


def boundary(name: str) -> None:
    """Mark a point between two steps of the protocol, such as ``"render.after_claim"``."""
    if _listener is not None:
        _listener(name)


def listen(listener: Callable[[str], None] | None) -> None:
    """Have ``listener`` called at every boundary of this process; None removes it."""
    global _listener
    _listener = listener
