"""Images, compose and Kubernetes: read by their own programs, and true to the product."""

from __future__ import annotations

import importlib.metadata
import re
import shlex
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml
from django.conf import settings
from django.urls import resolve
from packaging.requirements import Requirement

from brandhub.embedded.stack import WORKER_QUEUES
from brandhub.settings.env import BASE_DIR
from scripts.lock_for import lock_for

TOOLS = Path(sys.executable).parent
#: Of compose itself: which images, how many, which password.
OF_COMPOSE = {f"BRANDHUB_{name}" for name in ("IMAGE", "TAG", "TORCH", "WORKERS", "DB_PASSWORD")}


def _say(*command: str, **environment: str) -> str:
    done = subprocess.run(
        command,
        cwd=BASE_DIR,
        env={"PATH": "/usr/bin:/bin", "HOME": "/nonexistent"} | environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


@pytest.fixture(scope="module")
def compose(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """What compose makes of its files, by service."""
    # Beside copies of the files: whoever works here may have an .env of their own.
    folder = tmp_path_factory.mktemp("compose")
    for name in ("compose.yaml", "compose.gpu.yaml"):
        (folder / name).write_text((BASE_DIR / name).read_text())
    example = (BASE_DIR / "deploy" / "env.example").read_text()
    (folder / ".env").write_text(re.sub(r"=$", "=given", example, flags=re.MULTILINE))
    program = str(TOOLS / "docker-compose")
    files = [str(folder / "compose.yaml")]
    plain = _say(program, "-f", *files, "config")
    gpu = _say(program, "-f", *files, "-f", str(folder / "compose.gpu.yaml"), "config")
    return {
        "services": yaml.safe_load(plain)["services"],
        "gpu": yaml.safe_load(gpu)["services"],
    }


@pytest.fixture(scope="module", params=["base", "gpu"])
def objects(request: pytest.FixtureRequest) -> list[dict[str, Any]]:
    """What kustomize makes of a folder."""
    folder = BASE_DIR / "deploy" / "kubernetes" / request.param
    return list(yaml.safe_load_all(_say(str(TOOLS / "kubectl"), "kustomize", str(folder))))


def _pods(objects: list[dict[str, Any]]) -> dict[str, dict[str, Any]]:
    return {
        each["metadata"]["name"].removeprefix("brandhub-"): each["spec"]["template"]["spec"]
        for each in objects
        if each["kind"] in {"Deployment", "Job"}
    }


def _queues(command: list[str] | str | None) -> set[str]:
    words = shlex.split(command) if isinstance(command, str) else command or []
    return set(words[words.index("-Q") + 1].split(",")) if "-Q" in words else set()


def _seconds(text: str) -> int:
    """Of what compose writes as 1m30s."""
    minutes, seconds = re.fullmatch(r"(?:(\d+)m)?(?:(\d+)s)?", text).groups()
    return int(minutes or 0) * 60 + int(seconds or 0)


class TestImages:
    def test_the_dockerfile_is_sound(self) -> None:
        _say(str(TOOLS / "hadolint"), "--failure-threshold", "info", "Dockerfile")

    def test_no_image_runs_as_root(self) -> None:
        stages = (BASE_DIR / "Dockerfile").read_text().split("\nFROM ")[1:]
        last = {stage.split("\n")[0].split()[-1]: stage for stage in stages}
        for target in ("web", "render"):
            assert "\nUSER 10001:10001\n" in last[target]

    @pytest.mark.parametrize("name", ["base", "inference"])
    def test_its_part_of_the_lock_is_all_that_it_needs(self, name: str) -> None:
        # When what is installed is asked for what it needs, then all of it is there,
        packages = {_normal(each) for each in lock_for(name)}
        missing = {
            f"{needed.name} for {package}"
            for package in packages
            for line in importlib.metadata.requires(package) or []
            if (needed := Requirement(line))
            and (needed.marker is None or needed.marker.evaluate({"extra": ""}))
            and _normal(needed.name) not in packages | {"torch"}
        }
        assert missing == set()
        # and nothing that only tests need.
        assert not {"pytest", "playwright", "hypothesis", "ruff", "mypy"} & packages
        assert ("diffusers" in packages) == (name == "inference")

    def test_the_lines_are_the_locks_own(self) -> None:
        lock = (BASE_DIR / "requirements" / "lock.txt").read_text()
        for lines in lock_for("base").values():
            assert lines in lock
            assert "--hash=sha256:" in lines

    def test_what_the_product_is_made_of_is_let_in_and_nothing_else(self) -> None:
        lines = (BASE_DIR / ".dockerignore").read_text().splitlines()
        let_in = {line[1:] for line in lines if line.startswith("!")}
        apps = {app.split(".")[0] for app in settings.INSTALLED_APPS}
        ours = {app for app in apps if (BASE_DIR / app).is_dir()}
        others = {"locale", "manage.py", "requirements", "static", "templates", "weights"}
        assert let_in == ours | others | {"scripts/lock_for.py"}
        assert all((BASE_DIR / each).exists() for each in let_in)


class TestCompose:
    def test_somebody_listens_to_every_queue(self, compose: dict[str, Any]) -> None:
        services = compose["services"]
        assert _queues(services["worker"]["command"]) == set(WORKER_QUEUES.split(","))
        assert _queues(services["train"]["command"]) == {"training"}
        # The image's own command: render.<family>.
        assert services["render"].get("command") is None

    def test_whoever_stops_is_given_the_time_that_it_takes(self, compose: dict[str, Any]) -> None:
        grace = {
            name: _seconds(service["stop_grace_period"])
            for name, service in compose["services"].items()
            if "stop_grace_period" in service
        }
        told = re.search(r'graceful-shutdown", "(\d+)"', (BASE_DIR / "Dockerfile").read_text())
        assert grace["web"] > int(told[1])
        assert grace["worker"] > max(settings.WEBHOOK_TIMEOUT_SECONDS, settings.EMAIL_TIMEOUT)
        assert min(grace["render"], grace["train"]) >= 60

    def test_everything_waits_until_the_database_is_prepared(self, compose: dict[str, Any]) -> None:
        services = compose["services"]
        assert services["prepare"]["command"] == ["python", "manage.py", "prepare"]
        for name in ("web", "worker", "beat", "render", "train"):
            waits = services[name]["depends_on"]["prepare"]
            assert waits["condition"] == "service_completed_successfully", name
            assert services[name]["restart"] == "unless-stopped"
        assert services["prepare"]["restart"] == "no"

    def test_only_web_is_reached_and_from_this_machine_alone(self, compose: dict[str, Any]) -> None:
        open_to = {
            name: [port["host_ip"] for port in service["ports"]]
            for name, service in compose["services"].items()
            if "ports" in service
        }
        assert open_to == {"web": ["127.0.0.1"]}

    def test_a_gpu_is_given_to_who_has_a_model(self, compose: dict[str, Any]) -> None:
        held = {
            name
            for name, each in compose["gpu"].items()
            if "devices" in each.get("deploy", {}).get("resources", {}).get("reservations", {})
        }
        assert held == {"render", "train"}
        assert {compose["gpu"][name]["build"]["args"]["TORCH"] for name in held} == {"cuda"}
        assert compose["services"]["render"]["build"]["args"]["TORCH"] == "cpu"


class TestKubernetes:
    def test_no_pod_may_more_than_it_needs(self, objects: list[dict[str, Any]]) -> None:
        pods = _pods(objects)
        assert set(pods) == {"web", "worker", "beat", "render", "train", "prepare"}
        for name, pod in pods.items():
            assert pod["securityContext"]["runAsNonRoot"] is True, name
            assert pod["securityContext"]["seccompProfile"] == {"type": "RuntimeDefault"}
            assert pod["automountServiceAccountToken"] is False
            for container in [*pod.get("initContainers", []), *pod["containers"]]:
                security = container["securityContext"]
                assert security["allowPrivilegeEscalation"] is False
                assert security["readOnlyRootFilesystem"] is True
                assert security["capabilities"] == {"drop": ["ALL"]}
                assert "memory" in container["resources"]["limits"]

    def test_the_probes_ask_what_the_product_answers(self, objects: list[dict[str, Any]]) -> None:
        [web] = _pods(objects)["web"]["containers"]
        views = {
            probe: resolve(web[probe]["httpGet"]["path"]).view_name
            for probe in ("startupProbe", "livenessProbe", "readinessProbe")
        }
        assert views == {"startupProbe": "live", "livenessProbe": "live", "readinessProbe": "ready"}

    def test_somebody_listens_to_every_queue(self, objects: list[dict[str, Any]]) -> None:
        pods = _pods(objects)
        queues = {name: _queues(pods[name]["containers"][0].get("command")) for name in pods}
        assert queues["worker"] == set(WORKER_QUEUES.split(","))
        assert queues["train"] == {"training"}
        assert pods["render"]["containers"][0].get("command") is None  # the image's own

    def test_every_budget_and_policy_is_of_pods_that_there_are(
        self, objects: list[dict[str, Any]]
    ) -> None:
        labels = [
            each["spec"]["template"]["metadata"]["labels"]
            for each in objects
            if each["kind"] == "Deployment"
        ]
        selectors = [
            each["spec"].get("podSelector", each["spec"].get("selector", {})).get("matchLabels")
            for each in objects
            if each["kind"] in {"PodDisruptionBudget", "NetworkPolicy", "ServiceMonitor"}
        ]
        assert len(selectors) >= 6
        for wanted in selectors:
            assert any(wanted.items() <= each.items() for each in labels), wanted

    def test_the_secret_stands_in_no_file(self, objects: list[dict[str, Any]]) -> None:
        assert [each for each in objects if each["kind"] == "Secret"] == []
        [public] = [each for each in objects if each["kind"] == "ConfigMap"]
        assert not [
            name
            for name in public["data"]
            if re.search("KEY|TOKEN|PASSWORD|_URL$", name) and name != "BRANDHUB_PUBLIC_URL"
        ]


def test_every_variable_that_is_set_is_one_that_is_read() -> None:
    read = set(re.findall(r'"([A-Z_]+)"', (BASE_DIR / "brandhub/settings/env.py").read_text()))
    files = [BASE_DIR / name for name in ("Dockerfile", "compose.yaml", "deploy/env.example")]
    for file in [*files, *(BASE_DIR / "deploy" / "kubernetes").glob("*/*")]:
        named = set(re.findall(r"\bBRANDHUB_[A-Z_]+\b", file.read_text()))
        assert named - OF_COMPOSE <= read, file


def _normal(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()
