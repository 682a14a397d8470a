"""What the demo's people and its platform sign in with; written when they are seeded.

Only digests are in the database, so the file is the one place where the demo finds its key again.
"""

from __future__ import annotations

import json
import os
from dataclasses import asdict, dataclass, field
from pathlib import Path


@dataclass
class Credentials:
    """Passwords by user name, the platform's API key and the reviewer's personal token."""

    passwords: dict[str, str] = field(default_factory=dict)
    api_key: str = ""
    reviewer_token: str = ""


def credentials_file(data_dir: Path) -> Path:
    return data_dir / "demo.json"


def load(data_dir: Path) -> Credentials:
    """What was kept in ``data_dir``; empty where nothing was, or where it cannot be read."""
    try:
        return Credentials(**json.loads(credentials_file(data_dir).read_text()))
    except (FileNotFoundError, ValueError, TypeError):
        return Credentials()


def keep(credentials: Credentials, data_dir: Path) -> None:
    """Write the file for this user's eyes only, whole or not at all."""
    data_dir.mkdir(parents=True, exist_ok=True)
    target = credentials_file(data_dir)
    temporary = target.with_suffix(".part")
    descriptor = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "w") as file:
        json.dump(asdict(credentials), file, indent=2)
    temporary.replace(target)
