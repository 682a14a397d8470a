"""`make setup`: makes .venv from the lock. Runs on a bare Python, so it imports only what that has.

A stamp in .venv says which lock and which build of torch it holds; as long as they are wanted,
nothing is done.
"""

import hashlib
import json
import os
import re
import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
VENV = ROOT / ".venv"
PYTHON = VENV / "bin" / "python"
STAMP = VENV / "brandhub-setup.json"
LOCK = ROOT / "requirements" / "lock.txt"
TORCH = ROOT / "requirements" / "torch.txt"
OLDEST_PYTHON = (3, 11)

# Where PyTorch publishes its build without CUDA; the ordinary index has it for macOS only.
CPU_BUILDS = "https://download.pytorch.org/whl/cpu"

_began = time.monotonic()


def say(sentence: str) -> None:
    print(f"[{time.monotonic() - _began:5.1f} s] {sentence}", flush=True)


def wanted_torch() -> str:
    """The build asked for: cpu, cuda, or the empty string for what the package index gives."""
    build = os.environ.get("TORCH", "").strip().lower()
    if build not in {"", "cpu", "cuda"}:
        sys.exit(f"TORCH is {build!r}; it must be cpu or cuda.")
    return build


def wanted_state(build: str) -> dict[str, str]:
    """What the stamp of a finished set-up says."""
    content = LOCK.read_bytes() + TORCH.read_bytes()
    return {"requirements": hashlib.sha256(content).hexdigest(), "torch": build}


def current_state() -> dict[str, str]:
    """What the stamp says, or nothing when there is none to be read."""
    try:
        return dict(json.loads(STAMP.read_text()))
    except (FileNotFoundError, json.JSONDecodeError):
        return {}


def pip(*arguments: str, expected: int = 0) -> None:
    """Runs pip in .venv, telling how many of the ``expected`` packages it has looked at."""
    command = [str(PYTHON), "-m", "pip", *arguments]
    environment = os.environ | {"PIP_DISABLE_PIP_VERSION_CHECK": "1", "PIP_PROGRESS_BAR": "off"}
    seen = 0
    tail: list[str] = []
    with subprocess.Popen(  # noqa: S603
        command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, env=environment
    ) as process:
        for line in process.stdout or ():
            tail = [*tail[-30:], line]
            if match := re.match(r"Collecting (\S+)", line):
                seen += 1
                if seen % 20 == 0:
                    say(f"  {seen} of {expected or '?'} packages, now {match[1]}")
            elif line.startswith("Installing collected packages"):
                say("  unpacking …")
    if process.returncode:
        sys.exit("".join(tail) + f"\npip failed: {' '.join(command)}")


def install(build: str) -> None:
    """Brings .venv to the lock. Ends with pip's own words when something cannot be had."""
    if not PYTHON.exists():
        say(f"Making .venv with Python {sys.version.split()[0]}")
        subprocess.run([sys.executable, "-m", "venv", str(VENV)], check=True)  # noqa: S603
    STAMP.unlink(missing_ok=True)

    count = len(re.findall(r"^[\w.\-]+==", LOCK.read_text(), re.MULTILINE))
    say(f"Installing {count} packages from the lock, each checked against its hash")
    pip("install", "--no-deps", "--require-hashes", "-r", str(LOCK), expected=count)

    # After the lock, whose packages satisfy torch; only its own build and, for CUDA, NVIDIA's
    # libraries are left to be resolved.
    say(f"Installing torch ({build or 'the build of the package index'}); this is the largest part")
    installed = torch_version()
    if build and installed and ("+cpu" in installed) != (build == "cpu"):
        pip("uninstall", "-y", "torch")
    index = ["--index-url", CPU_BUILDS] if build == "cpu" and "+cpu" not in installed else []
    pip("install", "-r", str(TORCH), *index)
    installed = torch_version()
    if build == "cuda" and "+cpu" in installed:
        sys.exit("TORCH is cuda, but the package index gave a build without CUDA.")

    say("Checking that the packages fit together")
    pip("check")


def torch_version() -> str:
    """The installed version of torch with its build, or an empty string."""
    code = (
        "import importlib.metadata as m\n"
        "print(next((d.version for d in m.distributions(name='torch')), ''))"
    )
    done = subprocess.run(  # noqa: S603
        [str(PYTHON), "-c", code], capture_output=True, text=True, check=True
    )
    return done.stdout.strip()


def compile_catalogues() -> None:
    """Compiles the translations whose source is newer than its compiled form."""
    sources = ROOT.glob("locale/*/LC_MESSAGES/*.po")
    stale = [
        source
        for source in sources
        if not source.with_suffix(".mo").exists()
        or source.with_suffix(".mo").stat().st_mtime < source.stat().st_mtime
    ]
    if stale:
        say("Compiling the translations")
        subprocess.run(  # noqa: S603
            [str(PYTHON), "-m", "brandhub.common.catalogues", "compile"], check=True, cwd=ROOT
        )


def main() -> None:
    if sys.version_info < OLDEST_PYTHON:
        sys.exit(
            f"Python {sys.version.split()[0]} is too old; 3.11 or newer is needed."
            " Name one, as in: make setup PYTHON=python3.12"
        )
    build = wanted_torch()
    stamp = current_state()
    # Without a choice the one made before stays.
    wanted = wanted_state(build or stamp.get("torch", ""))
    if stamp != wanted:
        install(wanted["torch"])
        STAMP.write_text(json.dumps(wanted))
        say(f"Set up with torch {torch_version()}")
    compile_catalogues()


if __name__ == "__main__":
    main()
