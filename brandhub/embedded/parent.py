"""Tying a process's life to its parent's, so that a killed supervisor leaves nothing behind."""

import ctypes
import os
import signal
import sys

# linux/prctl.h
_PR_SET_PDEATHSIG = 1


def die_with_parent(with_signal: int = signal.SIGKILL) -> None:
    """Has the kernel send this process ``with_signal`` when its parent's thread ends.

    On systems other than Linux this does nothing; there the next start finds and ends what a
    killed supervisor left. Raises ``OSError`` when the kernel refuses.
    """
    if sys.platform != "linux":
        return
    libc = ctypes.CDLL(None, use_errno=True)
    if libc.prctl(_PR_SET_PDEATHSIG, int(with_signal), 0, 0, 0):
        raise OSError(ctypes.get_errno(), "prctl(PR_SET_PDEATHSIG) failed")


def parent_is(pid: int) -> bool:
    """Whether ``pid`` is still the parent; false once it died and another adopted us."""
    return os.getppid() == pid
