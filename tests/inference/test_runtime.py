"""One generator for each process, never one that came through a fork.

Every test has an interpreter of its own: what was imported, and when, is the matter.
"""

from __future__ import annotations

import subprocess
import sys
import textwrap
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]

LIGHT = "tests.inference.light_backend:build"


def run(script: str, *arguments: str, **environment: str) -> str:
    """Run a script in a fresh interpreter; its output. Fails with its errors if it does."""
    result = subprocess.run(
        [sys.executable, "-c", textwrap.dedent(script), *arguments],
        cwd=ROOT,
        env={"PATH": "/usr/bin:/bin", **environment},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert result.returncode == 0, result.stderr
    return result.stdout


IN_CHILD = """
import os, sys

def in_child(work):
    '''What `work()` says in a forked child.'''
    reader, writer = os.pipe()
    if os.fork() == 0:
        try:
            said = str(work())
        except BaseException as error:
            said = f"{type(error).__name__}: {error}"
        os.write(writer, said.encode())
        os._exit(0)
    os.close(writer)
    with os.fdopen(reader) as pipe:
        said = pipe.read()
    os.wait()
    return said
"""


def test_the_platform_side_imports_no_model_library():
    output = run("""
        import sys
        import brandhub.inference.contracts, brandhub.inference.errors
        import brandhub.inference.model_folder, brandhub.inference.runtime
        import brandhub.inference.sample, brandhub.inference.specs
        import brandhub.inference.diffusers_backend
        import brandhub.inference.diffusers_backend.configuration
        heavy = {"torch", "diffusers", "transformers", "peft", "accelerate", "django"}
        print(sorted(heavy & set(sys.modules)))
    """)
    assert output == "[]\n"


def test_the_same_generator_is_given_again_in_every_thread():
    output = run(
        """
        import threading
        from brandhub.inference.runtime import generator
        from tests.inference.light_backend import built
        barrier, found = threading.Barrier(8), []
        def work():
            barrier.wait()
            found.append(generator())
        threads = [threading.Thread(target=work) for _ in range(8)]
        [t.start() for t in threads]
        [t.join() for t in threads]
        print(len(found), len({id(g) for g in found}), len(built))
        """,
        BRANDHUB_INFERENCE_BACKEND=LIGHT,
    )
    assert output == "8 1 1\n"


@pytest.mark.parametrize(
    ("path", "sentence"),
    [
        ("nonsense", "reads 'package.module:name'"),
        ("no.such.module:build", "can't be imported"),
        ("tests.inference.light_backend:nothing", "can't be imported"),
        ("builtins:dict", "built dict, which is no Generator"),
    ],
)
def test_a_wrong_backend_is_named(path, sentence):
    output = run(
        """
        from brandhub.inference.errors import BackendMisused
        from brandhub.inference.runtime import generator
        try:
            generator()
        except BackendMisused as error:
            print(error.code, error)
        """,
        BRANDHUB_INFERENCE_BACKEND=path,
    )
    assert output.startswith("backend_misused ")
    assert sentence in output


def test_a_process_has_one_backend():
    output = run(
        """
        import sys
        from brandhub.inference.errors import BackendMisused
        from brandhub.inference.runtime import generator
        first = generator(sys.argv[1])
        print(generator(sys.argv[1]) is first)
        try:
            generator("builtins:dict")
        except BackendMisused as error:
            print(error)
        """,
        LIGHT,
    )
    assert output == f"True\nThis process renders with {LIGHT}, not with builtins:dict.\n"


def test_a_wrong_setting_stops_the_backend_before_torch_is_imported():
    output = run(
        """
        import sys
        from brandhub.inference.errors import BackendMisused
        from brandhub.inference.runtime import generator
        try:
            generator()
        except BackendMisused as error:
            print(error, "torch" in sys.modules)
        """,
        BRANDHUB_INFERENCE_THREADS="many",
    )
    assert output == "BRANDHUB_INFERENCE_THREADS is 'many'; it must be a whole number. False\n"


def test_a_child_forked_after_torch_was_imported_is_refused():
    output = run(
        IN_CHILD
        + """
import torch
from brandhub.inference.runtime import generator
print(in_child(generator))
print(in_child(lambda: in_child(generator)))
print(type(generator()).__name__)
""",
        BRANDHUB_INFERENCE_BACKEND=LIGHT,
    )
    refusal = "BackendMisused: This process was forked after torch was imported"
    child, grandchild, parent = output.splitlines()
    assert child.startswith(refusal)
    assert grandchild.startswith(refusal)
    assert parent == "LightGenerator"


def test_a_child_builds_its_own_generator_and_never_has_its_parents():
    output = run(
        IN_CHILD
        + """
from brandhub.inference.runtime import generator
print(generator().process == os.getpid())
print(in_child(lambda: generator().process == os.getpid()))
""",
        BRANDHUB_INFERENCE_BACKEND=LIGHT,
    )
    assert output == "True\nTrue\n"


def test_a_fork_while_another_thread_builds_does_not_leave_the_child_locked_out():
    output = run(
        IN_CHILD
        + """
import threading
from brandhub.inference.runtime import generator
from tests.inference import light_backend
def build():
    said.append(in_child(lambda: type(generator("tests.inference.light_backend:build")).__name__))
    return light_backend.build()
said = []
light_backend.build_and_fork = build
generator("tests.inference.light_backend:build_and_fork")
print(said)
""",
    )
    assert output == "['LightGenerator']\n"


def test_a_child_of_a_light_parent_renders(tiny):
    """As a worker does: the parent never imports torch, its child renders."""
    output = run(
        IN_CHILD
        + """
from pathlib import Path
from brandhub.inference.runtime import generator
from brandhub.inference.specs import BatchSpec, ImageSpec, ModelSpec
def work():
    model = ModelSpec("tiny", Path(sys.argv[1]), sys.argv[2])
    images = (ImageSpec(prompt="a robot", negative_prompt="", seed=1),)
    batch = BatchSpec(model, images, 64, 64, 2, 4.0, "default")
    result = generator().generate(batch, on_step=lambda done, total: None)
    return result.outputs[0].image.size
print(in_child(work), "torch" in sys.modules)
""",
        str(tiny.path),
        tiny.content_hash,
    )
    assert output == "(64, 64) False\n"


def test_a_child_of_a_preloaded_parent_renders_without_importing_anything(tiny):
    """As a killed child's heir does: its parent has imported the libraries and run nothing."""
    output = run(
        IN_CHILD
        + """
from pathlib import Path
from brandhub.inference.runtime import generator, preload
from brandhub.inference.specs import BatchSpec, ImageSpec, ModelSpec
print(preload(), preload(), "torch" in sys.modules)
def work():
    model = ModelSpec("tiny", Path(sys.argv[1]), sys.argv[2])
    images = (ImageSpec(prompt="a robot", negative_prompt="", seed=1),)
    batch = BatchSpec(model, images, 64, 64, 2, 4.0, "default")
    result = generator().generate(batch, on_step=lambda done, total: None)
    return result.outputs[0].image.size
print(in_child(work))
print(in_child(work))
""",
        str(tiny.path),
        tiny.content_hash,
        BRANDHUB_INFERENCE_DEVICE="cpu",
    )
    assert output == "True True True\n(64, 64)\n(64, 64)\n"


def test_a_child_of_a_parent_that_rendered_is_refused_though_it_was_preloaded(tiny):
    output = run(
        IN_CHILD
        + """
from brandhub.inference.runtime import generator, preload
preload()
generator()
print(in_child(generator))
""",
        BRANDHUB_INFERENCE_DEVICE="cpu",
    )
    assert output.startswith("BackendMisused: This process was forked after torch was imported")


def test_nothing_is_preloaded_where_a_driver_may_be_asked():
    output = run(
        """
        import sys
        from brandhub.inference.runtime import preload
        print(preload(), "torch" in sys.modules)
        """,
        BRANDHUB_INFERENCE_DEVICE="cuda",
    )
    assert output == "False False\n"


def test_torch_that_came_by_another_way_cannot_be_preloaded():
    output = run(
        """
        import torch
        from brandhub.inference.errors import BackendMisused
        from brandhub.inference.runtime import preload
        try:
            preload()
        except BackendMisused as error:
            print(error)
        """,
        BRANDHUB_INFERENCE_DEVICE="cpu",
    )
    assert output == "Torch was imported before the backend could be preloaded.\n"


def test_the_backend_prepares_its_process_before_torch_comes():
    output = run("""
        import os, sys
        from brandhub.inference.diffusers_backend.process import prepare_process
        os.environ["OMP_WAIT_POLICY"] = "active"
        prepare_process()
        print(os.environ["HF_HUB_OFFLINE"], os.environ["OMP_WAIT_POLICY"], "torch" in sys.modules)
    """)
    assert output == "1 active False\n"


@pytest.mark.parametrize(
    ("environment", "count"), [({}, "10000"), ({"GOMP_SPINCOUNT": "500"}, "500")]
)
def test_threads_that_wait_leave_the_cores_to_others_soon(environment, count):
    """GNU OpenMP says what it was told when it is loaded."""
    output = run(
        """
        import os, subprocess, sys
        load = "import brandhub.inference.runtime, torch"
        told = subprocess.run([sys.executable, "-c", load], capture_output=True, text=True,
                              env=os.environ | {"OMP_DISPLAY_ENV": "verbose"}, check=True)
        print([line.strip() for line in told.stderr.splitlines() if "SPINCOUNT" in line])
        """,
        **environment,
    )
    assert output == f"""["GOMP_SPINCOUNT = '{count}'"]\n"""
