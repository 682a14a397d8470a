"""Time and memory of one avatar in a process of its own, on two threads.

Run as a module it prints one JSON object; ``measure_speed`` starts that process.
"""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import time
from pathlib import Path

THREADS = 2


def measure_speed(weights: Path) -> dict[str, float]:
    """Seconds to load, for 25 and for 4 steps (medians of three, warm), and peak memory in GB.

    Loading leaves out importing the libraries. Raises ``RuntimeError`` where the process fails.
    """
    environment = {**os.environ, "OMP_NUM_THREADS": str(THREADS), "PYTHONWARNINGS": "ignore"}
    done = subprocess.run(  # noqa: S603 -- our own interpreter and module
        [sys.executable, "-m", "brandhub.inference.training.evaluate.speed", str(weights)],
        capture_output=True,
        text=True,
        env=environment,
        check=False,
    )
    if done.returncode:
        raise RuntimeError(f"measuring speed failed: {done.stderr.strip()[-500:]}")
    return json.loads(done.stdout.strip().splitlines()[-1])


def _measure(weights: Path) -> dict[str, float]:
    import torch

    from brandhub.inference.training.evaluate.drawing import Model

    torch.set_num_threads(THREADS)
    start = time.perf_counter()
    model = Model(weights, batch=1)
    found = {"seconds_load": time.perf_counter() - start}
    for key, preset in (("seconds_full", "standard"), ("seconds_few", "fast")):
        times = []
        for seed in range(4):
            start = time.perf_counter()
            model.draw(["卡通机器人头像，戴眼镜，蓝色背景"], [seed], preset=preset)
            times.append(time.perf_counter() - start)
        found[key] = sorted(times[1:])[1]
    found["memory"] = _peak_memory()
    return found


def _peak_memory() -> float:
    """The most memory that this program has held, in GB.

    ``ru_maxrss`` would not do: a process starts with its parent's, and keeps it through exec.
    """
    if sys.platform != "linux":
        return float("nan")
    status = Path("/proc/self/status").read_text(encoding="ascii")
    kilobytes = re.search(r"^VmHWM:\s+(\d+) kB", status, re.MULTILINE)
    return int(kilobytes[1]) * 1024 / 1e9 if kilobytes else float("nan")


if __name__ == "__main__":
    print(json.dumps(_measure(Path(sys.argv[1]))))
