"""`python scripts/lock_for.py base`: the part of the lock that one requirements/*.in asks for.

An image holds what its processes need and no tests. Runs on a bare Python. What asks for what is
read from the lock's own comments, so that version and hashes are those of everywhere else.
"""

import re
import sys
from collections.abc import Iterator
from pathlib import Path

REQUIREMENTS = Path(__file__).resolve().parents[1] / "requirements"


def blocks() -> Iterator[tuple[str, str, set[str]]]:
    """Each package of the lock: its name, its lines, and who asks for it."""
    lock = (REQUIREMENTS / "lock.txt").read_text()
    for block in re.split(r"^(?=[\w.\-]+==)", lock, flags=re.MULTILINE):
        if match := re.match(r"([\w.\-]+)==", block):
            _, _, via = block.partition("# via")
            yield match[1], block, set(re.findall(r"^(?:\s*#)?\s+(\S.*)$", via, re.MULTILINE))


def files_of(name: str) -> set[str]:
    """``name``.in and the files that it includes, as the lock calls them."""
    text = (REQUIREMENTS / f"{name}.in").read_text()
    included = re.findall(r"^-r (\w+)\.in$", text, re.MULTILINE)
    return {f"-r requirements/{name}.in"}.union(*(files_of(each) for each in included))


def lock_for(name: str) -> dict[str, str]:
    """The packages, and their lines in the lock, that ``name``.in asks for, directly or not."""
    wanted = files_of(name)
    found: dict[str, str] = {}
    # Whoever is wanted wants others: until nobody new comes.
    while new := {
        package: lines
        for package, lines, askers in blocks()
        if package not in found and askers & wanted
    }:
        found |= new
        wanted |= new.keys()
    return dict(sorted(found.items()))


if __name__ == "__main__":
    sys.stdout.write("".join(lock_for(sys.argv[1]).values()))
