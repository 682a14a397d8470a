"""The environment: what is wrong is said in a sentence, and what is unsafe does not start."""

import os
import re
import subprocess
import sys
import tomllib
from dataclasses import fields

import pytest

import brandhub
from brandhub.inference.diffusers_backend.configuration import Configuration
from brandhub.inference.runtime import BACKEND_VARIABLE
from brandhub.settings import env
from brandhub.settings.env import BASE_DIR, ConfigurationError
from scripts.lint import PRODUCTION
from tests.c2pa.authority import Authority
from tests.integration.processes import PATIENCE


def _start(settings: str, program: str, **variables: str) -> subprocess.CompletedProcess[str]:
    clean = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith(("BRANDHUB_", "DATABASE_URL", "REDIS_URL", "STORAGE_URL"))
    }
    return subprocess.run(
        [sys.executable, "-c", program],
        env=clean | {"DJANGO_SETTINGS_MODULE": settings} | variables,
        cwd=BASE_DIR,
        capture_output=True,
        text=True,
        check=False,
        timeout=PATIENCE,
    )


def _start_production(**variables: str) -> subprocess.CompletedProcess[str]:
    return _start("brandhub.settings.prod", "import brandhub.asgi", **(PRODUCTION | variables))


@pytest.mark.parametrize(
    ("variable", "value", "sentence"),
    [
        ("BRANDHUB_PORT", "http", "BRANDHUB_PORT is 'http'; it must be a whole number."),
        ("BRANDHUB_PORT", "70000", "BRANDHUB_PORT is 70000; it must lie between 1 and 65535."),
        ("BRANDHUB_DEBUG", "maybe", "BRANDHUB_DEBUG is 'maybe'; it must be 1 or 0."),
        (
            "BRANDHUB_RENDER_HEARTBEAT_SECONDS",
            "3.5",
            (
                "BRANDHUB_RENDER_LEASE_SECONDS must be twice BRANDHUB_RENDER_HEARTBEAT_SECONDS"
                " or more."
            ),
        ),
        (
            "BRANDHUB_METRICS_TOKEN",
            "s3cret",
            "BRANDHUB_METRICS_TOKEN has fewer than 32 characters.",
        ),
        ("DATABASE_URL", "mysql://a@b/c", "DATABASE_URL must start with postgresql://."),
        ("DATABASE_URL", "postgresql://db.example.com", "DATABASE_URL names no database."),
        ("STORAGE_URL", "s3://bucket", "STORAGE_URL must be a file:///absolute/folder URL."),
        (
            "BRANDHUB_LOG_LEVEL",
            "loud",
            "BRANDHUB_LOG_LEVEL is 'loud'; it must be one of DEBUG, ERROR, INFO, WARNING.",
        ),
        (
            "BRANDHUB_PUBLIC_URL",
            "avatars.example.com",
            (
                "BRANDHUB_PUBLIC_URL is 'avatars.example.com'; it must be an origin such as"
                " https://avatars.example.com."
            ),
        ),
        (
            "BRANDHUB_PUBLIC_URL",
            "https://avatars.example.com?a=b",
            (
                "BRANDHUB_PUBLIC_URL is 'https://avatars.example.com?a=b'; it must be an origin"
                " such as https://avatars.example.com."
            ),
        ),
        (
            "BRANDHUB_EMAIL_URL",
            "smtp://user:s3cret@mail.example.com:99999",
            ("BRANDHUB_EMAIL_URL must be a URL such as smtp+starttls://user:password@host:587."),
        ),
        (
            "BRANDHUB_C2PA_KEY",
            "/etc/brandhub/key.pem",
            (
                "BRANDHUB_C2PA_CERTIFICATES, BRANDHUB_C2PA_KEY and BRANDHUB_C2PA_ANCHORS belong"
                " together; set all three, or the last alone, or none."
            ),
        ),
    ],
)
def test_a_wrong_variable_stops_the_start_with_a_sentence(variable: str, value: str, sentence: str):
    done = _start("brandhub.settings.dev", "import brandhub.settings.dev", **{variable: value})
    assert (done.returncode, done.stderr) == (1, f"BrandHub cannot start: {sentence}\n")


def test_a_render_worker_does_not_start_with_a_setting_by_which_it_cannot_draw():
    done = _start(
        "brandhub.settings.dev",
        "import runpy, sys;"
        "sys.argv = 'celery --quiet -A brandhub worker -Q render.any -P solo'.split();"
        "runpy.run_module('celery', run_name='__main__')",
        BRANDHUB_INFERENCE_DTYPE="float15",
    )
    sentence = "BRANDHUB_INFERENCE_DTYPE is 'float15'; it must be auto, float32, bfloat16, float16."
    assert done.returncode == 1
    assert done.stderr.splitlines()[-1] == f"BrandHub cannot start: {sentence}"


@pytest.mark.parametrize(
    "address",
    [
        "https://avatars.example.com/under",
        "https://avatars.example.com#here",
        "https://user:password@avatars.example.com",
        "https://avatars.example.com:port",
        "https://[::1",
    ],
)
def test_an_address_with_more_than_an_origin_is_refused(address, monkeypatch):
    monkeypatch.setenv("BRANDHUB_PUBLIC_URL", address)
    with pytest.raises(ConfigurationError):
        env.web_address("BRANDHUB_PUBLIC_URL", "")


def test_the_origin_that_forms_are_taken_from_is_a_browsers():
    program = "from django.conf import settings; print(settings.CSRF_TRUSTED_ORIGINS)"
    done = _start(
        "brandhub.settings.prod",
        program,
        **(PRODUCTION | {"BRANDHUB_PUBLIC_URL": "https://avatars.example.com/"}),
    )
    assert done.stdout == "['https://avatars.example.com']\n"


def test_a_broken_database_url_is_not_repeated_with_its_password():
    with pytest.raises(ConfigurationError) as refusal:
        env.database("postgresql://user:s3cret@host:port with blank/%zz")
    assert "s3cret" not in str(refusal.value)


def test_a_database_url_becomes_djangos_settings():
    found = env.database("postgresql://ann:p%40ss@db.example.com:6432/hub?sslmode=require")
    assert found == {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": "hub",
        "USER": "ann",
        "PASSWORD": "p@ss",
        "HOST": "db.example.com",
        "PORT": "6432",
        "OPTIONS": {"sslmode": "require"},
    }


def test_what_machines_ask_by_address_is_answered_without_tls():
    # They come from inside the cluster, and follow no redirect to a name that they do not use.
    program = (
        "import re; from django.conf import settings; from brandhub.common import addresses;"
        "print({path: any(re.search(each, path[1:]) for each in settings.SECURE_REDIRECT_EXEMPT)"
        " for path in sorted(addresses.BY_ADDRESS)})"
    )
    done = _start("brandhub.settings.prod", program, **PRODUCTION)
    assert done.stdout == "{'/healthz': True, '/metrics': True, '/readyz': True}\n"


def test_safe_production_settings_start():
    done = _start_production()
    assert done.returncode == 0, done.stderr


@pytest.mark.parametrize(
    ("variable", "sentence"),
    [
        ("BRANDHUB_SECRET_KEY", "BRANDHUB_SECRET_KEY is not set"),
        ("DATABASE_URL", "DATABASE_URL is not set"),
        ("REDIS_URL", "REDIS_URL is not set"),
        (
            "BRANDHUB_ALLOWED_HOSTS",
            "BRANDHUB_ALLOWED_HOSTS is not set",
        ),
        ("BRANDHUB_PUBLIC_URL", "BRANDHUB_PUBLIC_URL is not set"),
    ],
)
def test_production_has_no_defaults_for_what_is_its_own(variable: str, sentence: str):
    program = "import brandhub.settings.prod"
    done = _start("brandhub.settings.prod", program, **(PRODUCTION | {variable: ""}))
    assert done.returncode == 1
    assert done.stderr.startswith(f"BrandHub cannot start: {sentence}"), done.stderr


def test_every_unsafe_setting_is_said_at_once_and_stops_the_start():
    # What is unsafe, one by one, is tested in test_checks.py.
    done = _start_production(BRANDHUB_DEBUG="1", BRANDHUB_SECRET_KEY="short")
    assert done.returncode == 1
    assert done.stderr == (
        "BrandHub cannot start: BRANDHUB_DEBUG is on."
        " BRANDHUB_SECRET_KEY is weak; it must be 50 or more random characters.\n"
    )


def test_every_variable_is_documented_for_operators():
    code = (BASE_DIR / "brandhub" / "settings" / "env.py").read_text()
    page = (BASE_DIR / "docs" / "operations.md").read_text()
    read = set(re.findall(r'"((?:BRANDHUB_|DATABASE_|REDIS_|STORAGE_)[A-Z_]+)"', code))
    assert len(read) > 15
    read |= {f"BRANDHUB_INFERENCE_{field.name.upper()}" for field in fields(Configuration)}
    read.add(BACKEND_VARIABLE)
    told = set(re.findall(r"^\| `([A-Z_]+)` \|", page, re.MULTILINE))
    assert read == told


def test_test_workers_share_no_redis_database(tmp_path):
    # given what a test worker inherits from the process that started it
    inherited = {
        "BRANDHUB_TEST_DATA_DIR": str(tmp_path),
        "REDIS_URL": f"unix://{tmp_path}/run/valkey.sock?db=0",
    }
    program = "from django.conf import settings; print(settings.REDIS_URL)"
    # when two of them read their settings
    found = [
        _start("brandhub.settings.test", program, PYTEST_XDIST_WORKER=name, **inherited).stdout
        for name in ("gw0", "gw1")
    ]
    # then each has a database of its own, neither of them the one that was inherited
    assert [each.strip().rpartition("db=")[2] for each in found] == ["1", "2"]


def test_the_web_process_does_not_start_with_a_signer_that_cannot_sign():
    authority = Authority()
    issued = authority.issue(days=(-9, -2))
    done = _start_production(
        BRANDHUB_C2PA_CERTIFICATES=issued.certificate,
        BRANDHUB_C2PA_KEY="/nowhere/key.pem",
        BRANDHUB_C2PA_ANCHORS=authority.pem,
    )
    assert (done.returncode, done.stderr.splitlines()[-1]) == (
        1,
        (
            "BrandHub cannot start: BRANDHUB_C2PA_KEY holds no PEM and names no file that can be"
            " read (No such file or directory)."
        ),
    )


def test_the_version_that_credentials_name_is_the_projects():
    project = tomllib.loads((BASE_DIR / "pyproject.toml").read_text())["project"]
    assert brandhub.__version__ == project["version"]
