"""`make clean`: removes what the project made beside its sources, the local data included."""

import fcntl
import shutil
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
MADE = [
    "var",
    "out",
    "staticfiles",
    ".mypy_cache",
    ".ruff_cache",
    ".pytest_cache",
    ".import_linter_cache",
    ".hypothesis",
]


def main() -> None:
    lock = ROOT / "var" / "supervisor.lock"
    if lock.exists():
        with lock.open("r+") as file:
            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                sys.exit("BrandHub is running here; stop it first.")
    for name in MADE:
        shutil.rmtree(ROOT / name, ignore_errors=True)
    for compiled in ROOT.glob("locale/*/LC_MESSAGES/*.mo"):
        compiled.unlink()
    for cache in ROOT.rglob("__pycache__"):
        if ".venv" not in cache.parts:
            shutil.rmtree(cache, ignore_errors=True)


if __name__ == "__main__":
    main()
