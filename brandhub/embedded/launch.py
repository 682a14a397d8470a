"""``python -m brandhub.embedded.launch``: becomes another program, tied to who started it.

Between fork and exec there is no safe place for Python code in a process with threads, so this
small program stands there: it drops root where it is told to, asks the kernel for a signal when
the parent ends, and replaces itself with the command.
"""

import argparse
import ctypes
import os
import pwd
import signal
import sys

from brandhub.embedded.parent import die_with_parent, parent_is

# linux/capability.h, linux/prctl.h
_CAPABILITY_VERSION_3 = 0x20080522
_CAP_DAC_READ_SEARCH = 2
_PR_SET_KEEPCAPS = 8
_PR_CAP_AMBIENT = 47
_PR_CAP_AMBIENT_RAISE = 2


def command_line(
    argv: list[str], *, with_signal: signal.Signals, user: str | None = None
) -> list[str]:
    """The command that runs ``argv`` as a child of this process, as ``user`` where given."""
    identity = ["--user", user] if user else []
    return [
        sys.executable,
        "-m",
        "brandhub.embedded.launch",
        "--parent",
        str(os.getpid()),
        "--signal",
        str(int(with_signal)),
        *identity,
        "--",
        *argv,
    ]


class _CapabilityHeader(ctypes.Structure):
    _fields_ = [("version", ctypes.c_uint32), ("pid", ctypes.c_int)]


class _CapabilitySet(ctypes.Structure):
    _fields_ = [
        ("effective", ctypes.c_uint32),
        ("permitted", ctypes.c_uint32),
        ("inheritable", ctypes.c_uint32),
    ]


def _become(user: str) -> None:
    """Gives root up for ``user``, keeping only the right to look into folders.

    PostgreSQL refuses to run as root, and a project below ``/root`` or in a private temporary
    folder can't be reached by anybody else. Rather than opening those folders to everyone, the
    server keeps CAP_DAC_READ_SEARCH.
    """
    entry = pwd.getpwnam(user)
    libc = ctypes.CDLL(None, use_errno=True)
    linux = sys.platform == "linux"
    if linux:
        libc.prctl(_PR_SET_KEEPCAPS, 1, 0, 0, 0)
    os.setgroups([])
    os.setgid(entry.pw_gid)
    os.setuid(entry.pw_uid)
    if linux:
        bit = 1 << _CAP_DAC_READ_SEARCH
        header = _CapabilityHeader(_CAPABILITY_VERSION_3, 0)
        sets = (_CapabilitySet * 2)(_CapabilitySet(bit, bit, bit), _CapabilitySet(0, 0, 0))
        # Where a container withholds the capability the server may still reach its files; when
        # it cannot, its own message says which one.
        if libc.capset(ctypes.byref(header), sets) == 0:
            libc.prctl(_PR_CAP_AMBIENT, _PR_CAP_AMBIENT_RAISE, _CAP_DAC_READ_SEARCH, 0, 0)
    os.environ["HOME"] = entry.pw_dir


def main() -> None:
    parser = argparse.ArgumentParser(prog="brandhub.embedded.launch")
    parser.add_argument("--parent", type=int, required=True)
    parser.add_argument("--signal", type=int, required=True)
    parser.add_argument("--user")
    parser.add_argument("argv", nargs="+")
    options = parser.parse_args()
    if options.user:
        _become(options.user)
    # After the change of user, which clears it.
    die_with_parent(options.signal)
    if not parent_is(options.parent):
        sys.exit("the process that asked for this one has ended")
    os.execvp(options.argv[0], options.argv)  # noqa: S606


if __name__ == "__main__":
    main()
