"""Processes that do the same thing at the same time, from one moment on."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from brandhub.settings.env import BASE_DIR


def run_together(
    module: str, arguments: Iterable[Sequence[str]], *, environment: Mapping[str, str]
) -> list[Any]:
    """Run ``python -m module`` once with each of ``arguments`` and return what each said last.

    Each prints a line when it is ready, and begins when it reads one; what it prints last is JSON.
    """
    running = [
        subprocess.Popen(
            [sys.executable, "-m", module, *each],
            env=dict(environment),
            cwd=BASE_DIR,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        for each in arguments
    ]
    for process in running:
        assert process.stdout is not None
        process.stdout.readline()
    for process in running:
        assert process.stdin is not None
        process.stdin.write("go\n")
        process.stdin.flush()
    return [json.loads(process.communicate()[0].splitlines()[-1]) for process in running]
