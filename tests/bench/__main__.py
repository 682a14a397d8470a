"""``make bench``: measure every subject on this machine, print one table, write it as JSON."""

from __future__ import annotations

import argparse
import json
import sys
import time
from collections.abc import Callable
from pathlib import Path

from brandhub.settings.env import BASE_DIR
from tests.bench import claims, credentials, rendering, streams, submitting
from tests.bench.results import Row, as_json, machine, table
from tests.bench.world import World, world

#: In the order in which they can be measured: rendering wants the machine for itself, and claims
#: leave thousands of leases behind.
SUBJECTS: dict[str, Callable[[World], list[Row]]] = {
    "rendering": rendering.rows,
    "submitting": submitting.rows,
    "streams": streams.rows,
    "credentials": credentials.rows,
    "claims": claims.rows,
}
#: Which need the web process.
WITH_WEB = ("submitting", "streams")


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.bench", description=__doc__)
    parser.add_argument("--only", action="append", choices=list(SUBJECTS), default=[])
    parser.add_argument("--json", type=Path, default=BASE_DIR / "out" / "bench.json")
    options = parser.parse_args()
    rows: list[Row] = []
    with world() as measured:
        for name in SUBJECTS:
            if options.only and name not in options.only:
                continue
            began = time.monotonic()
            if name in WITH_WEB and "web" not in measured.stack.members:
                measured.start("web")
            found = SUBJECTS[name](measured)
            rows += found
            sys.stderr.write(f"{name}: {time.monotonic() - began:.0f} s\n{table(found)}\n")
    print(machine())
    print()
    print(table(rows))
    options.json.parent.mkdir(parents=True, exist_ok=True)
    options.json.write_text(json.dumps({"machine": machine(), "rows": as_json(rows)}, indent=2))
    return 0


if __name__ == "__main__":
    sys.exit(main())
