"""The model libraries stay out of every process but the render worker's child."""

import os
import subprocess
import sys

from brandhub.settings.env import BASE_DIR
from tests.c2pa.authority import Authority

_PROGRAM = """
import gc
import sys

import django
django.setup()

from celery import current_app
from django.apps import apps
from django.conf import settings
from django.contrib import admin
from django.urls import get_resolver
from django.core.checks.urls import check_url_config
from django.utils.module_loading import autodiscover_modules

admin.autodiscover()
check_url_config(None)
current_app.loader.import_default_modules()
autodiscover_modules("tasks", "services", "selectors", "api", "admin", "schedule")

assert len(get_resolver().reverse_dict) > 3, "the addresses were not loaded"
tasks = sorted(name for name in current_app.tasks if not name.startswith("celery."))
assert tasks, "no task was registered"
print("tasks:", *tasks)
kept_out = {"torch", "diffusers", "peft", "transformers", "onnxruntime"}
kept_out |= {"c2pa", "cv2", "nudenet", "rapidocr", "rjieba", "pypinyin"}
loaded = kept_out & set(sys.modules)

import brandhub.asgi
assert gc.get_freeze_count(), "the web process was not warmed up"
# It has screened some words by then, and knows how Chinese ones are spelled.
loaded |= (kept_out - {"pypinyin"}) & set(sys.modules)
print("model libraries:", *sorted(loaded))
"""


def test_no_url_task_or_admin_module_loads_a_model_library():
    # Given an interpreter that has loaded nothing, when everything that the web process, the
    # parent of a worker and beat load is loaded, then no model library is.
    authority = Authority()
    issued = authority.issue()
    done = subprocess.run(
        [sys.executable, "-c", _PROGRAM],
        cwd=BASE_DIR,
        # With a certificate the web process has one to judge as it starts, and judges it without.
        env=os.environ
        | {
            "BRANDHUB_C2PA_CERTIFICATES": issued.certificate,
            "BRANDHUB_C2PA_KEY": issued.key,
            "BRANDHUB_C2PA_ANCHORS": authority.pem,
        },
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    tasks, libraries = done.stdout.strip().splitlines()[-2:]
    assert "avatars.render" in tasks
    assert libraries == "model libraries:", libraries
