"""`make lint`: every check that needs no service, all of them even when one fails."""

import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]

# Production's settings with values of the right form, so that its checks can be run anywhere.
PRODUCTION = {
    "DJANGO_SETTINGS_MODULE": "brandhub.settings.prod",
    "BRANDHUB_SECRET_KEY": "for-checking-only-8Q2vK5xW9rT3nB7mZ4cJ6hL1pD0sF8gY2aE5uI7o",
    "DATABASE_URL": "postgresql://brandhub@db.example.com/brandhub",
    "REDIS_URL": "rediss://redis.example.com/0",
    "BRANDHUB_ALLOWED_HOSTS": "avatars.example.com",
    "BRANDHUB_PUBLIC_URL": "https://avatars.example.com",
    "BRANDHUB_PROXY_COUNT": "1",
}

Check = tuple[str, list[str], dict[str, str]]


def checks(static_root: str) -> list[Check]:
    """The checks in order: what is checked, the command, what it adds to the environment."""
    python = [sys.executable, "-m"]
    tools = Path(sys.executable).parent
    manage = [sys.executable, "-W", "error::SyntaxWarning", "manage.py"]
    production = PRODUCTION | {"BRANDHUB_DATA_DIR": static_root}
    test = {"DJANGO_SETTINGS_MODULE": "brandhub.settings.test"}
    # The comparison with the database's own history is left out where no database answers.
    quiet = ["-W", "ignore:Got an error checking a consistent migration history"]
    return [
        ("style", [*python, "ruff", "check", "."], {}),
        ("format", [*python, "ruff", "format", "--check", "."], {}),
        ("types", [*python, "mypy", "."], {}),
        ("layers", [str(tools / "lint-imports")], {}),
        (
            "migrations",
            [sys.executable, *quiet, "manage.py", "makemigrations", "--check", "--dry-run"],
            test,
        ),
        (
            "production settings",
            [*manage, "check", "--deploy", "--fail-level", "WARNING"],
            production,
        ),
        ("static files", [*manage, "collectstatic", "--noinput", "--verbosity", "0"], production),
        ("translations", [*python, "brandhub.common.catalogues", "check"], test),
    ]


def main() -> None:
    failed = []
    with tempfile.TemporaryDirectory() as static_root:
        for name, command, environment in checks(static_root):
            began = time.monotonic()
            print(f"── {name}", flush=True)
            done = subprocess.run(command, cwd=ROOT, env=os.environ | environment, check=False)  # noqa: S603
            word = "ok" if done.returncode == 0 else "FAILED"
            print(f"   {word} after {time.monotonic() - began:.1f} s", flush=True)
            if done.returncode:
                failed.append(name)
    if failed:
        sys.exit(f"lint failed: {', '.join(failed)}")
    print("lint passed")


if __name__ == "__main__":
    main()
