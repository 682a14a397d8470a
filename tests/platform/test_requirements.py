"""What the code imports is asked for, what is asked for is locked, and all of it is explained."""

import ast
import importlib.metadata
import re
import sys
from collections.abc import Iterator

import pytest

from brandhub.settings.env import BASE_DIR

REQUIREMENTS = BASE_DIR / "requirements"
SOURCES = ["brandhub", "styles", "avatars", "moderation", "scripts", "tests"]
OURS = {"brandhub", "styles", "avatars", "moderation", "scripts", "tests"}


def _normal(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


def _asked_for() -> set[str]:
    names = set()
    for file in [*REQUIREMENTS.glob("*.in"), REQUIREMENTS / "torch.txt"]:
        names |= {
            _normal(match[0])
            for line in file.read_text().splitlines()
            if (match := re.match(r"[A-Za-z0-9][\w.\-]*", line))
        }
    return names


def _locked() -> set[str]:
    lock = (REQUIREMENTS / "lock.txt").read_text()
    return {_normal(name) for name in re.findall(r"^([\w.\-]+)==", lock, re.MULTILINE)}


def _imported() -> Iterator[tuple[str, str]]:
    """Top-level packages of others that the code imports, each with a file that does."""
    for source in SOURCES:
        for path in sorted((BASE_DIR / source).rglob("*.py")):
            for node in ast.walk(ast.parse(path.read_text())):
                names: list[str] = []
                if isinstance(node, ast.Import):
                    names = [alias.name for alias in node.names]
                elif isinstance(node, ast.ImportFrom) and not node.level and node.module:
                    names = [node.module]
                for name in names:
                    top = name.partition(".")[0]
                    if top not in sys.stdlib_module_names and top not in OURS:
                        yield top, path.relative_to(BASE_DIR).as_posix()


def test_every_import_is_in_the_lock():
    known = importlib.metadata.packages_distributions()
    available = _locked() | {"torch"}
    missing = {
        f"{module} in {path}"
        for module, path in _imported()
        if not {_normal(name) for name in known.get(module, [])} & available
    }
    assert missing == set(), "name these in requirements/*.in and run `make lock`"


def test_everything_asked_for_is_locked():
    assert _asked_for() - _locked() == {"torch"}


def test_everything_asked_for_is_explained():
    page = (BASE_DIR / "docs" / "dependencies.md").read_text()
    rows = " ".join(line for line in page.splitlines() if line.startswith("| "))
    told = {_normal(word) for word in re.findall(r"[A-Za-z][\w.\-]*", rows)}
    assert _asked_for() - told == set(), "add a row to docs/dependencies.md"


@pytest.mark.parametrize("file", ["lock.txt", "torch.txt"])
def test_the_lock_names_no_index_and_no_path(file: str):
    text = (REQUIREMENTS / file).read_text()
    assert not re.search(r"^\s*(--(?!hash=)|-[a-z] |\.|/)|://| @ ", text, re.MULTILINE)


def test_every_locked_file_has_a_hash():
    blocks = re.split(r"^(?=[\w.\-]+==)", (REQUIREMENTS / "lock.txt").read_text(), flags=re.M)
    assert [block.split()[0] for block in blocks if block and "--hash=sha256:" not in block] == []
