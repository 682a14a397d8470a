"""`make lock`: resolves requirements/*.in into requirements/lock.txt, each package with its hashes.

torch is left out, because its CPU and CUDA builds differ under one version, and so is what only
torch asks for: NVIDIA's libraries, of which the CPU build needs none.
"""

import re
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
LOCK = ROOT / "requirements" / "lock.txt"
COMMAND = [
    str(Path(sys.executable).with_name("pip-compile")),
    "--quiet",
    "--generate-hashes",
    "--unsafe-package=torch",
    "--strip-extras",
    "--no-header",
    "--no-emit-index-url",
    "--no-emit-trusted-host",
    "--no-emit-find-links",
    "--no-emit-options",
    "--output-file=requirements/lock.txt",
    "requirements/dev.in",
]


def without_what_only_torch_needs(lock: str) -> str:
    """The lock without the packages that nothing but torch, directly or not, asks for."""
    blocks = re.findall(r"^[a-z0-9][^\n]*==.*?(?=^[a-z0-9#]|\Z)", lock, re.MULTILINE | re.DOTALL)
    packages = {block.split("==")[0]: block for block in blocks}
    kept: set[str] = set()
    while True:
        more = {
            name
            for name, block in packages.items()
            if name not in kept
            and any(one.startswith("-r ") or one in kept for one in wanted_by(block))
        }
        if not more:
            break
        kept |= more
    return "".join(block.rstrip() + "\n" for name, block in packages.items() if name in kept)


def wanted_by(block: str) -> set[str]:
    """Who asks for a package: names of packages, or ``-r FILE``."""
    comments = re.findall(r"^    #[ ]+(?:via[ ]*)?(.*)$", block, re.MULTILINE)
    return {comment for comment in comments if comment}


def main() -> None:
    done = subprocess.run(COMMAND, cwd=ROOT, check=False)  # noqa: S603
    if done.returncode:
        sys.exit("pip-compile could not resolve the requirements.")
    LOCK.write_text(without_what_only_torch_needs(LOCK.read_text()))


if __name__ == "__main__":
    main()
