"""The backend's settings: defaults, variables, and a sentence for a wrong one."""

from __future__ import annotations

import pytest
import torch

from brandhub.inference.diffusers_backend.configuration import Configuration, configuration_from
from brandhub.inference.diffusers_backend.device import open_device
from brandhub.inference.errors import BackendMisused


@pytest.fixture(autouse=True)
def _keep_threads():
    threads = torch.get_num_threads()
    yield
    torch.set_num_threads(threads)


def test_without_variables_the_defaults_hold():
    assert configuration_from({}) == Configuration()
    assert configuration_from({"BRANDHUB_INFERENCE_DEVICE": " "}) == Configuration()


def test_every_setting_has_its_variable():
    assert configuration_from(
        {
            "BRANDHUB_INFERENCE_DEVICE": "CUDA:1",
            "BRANDHUB_INFERENCE_DTYPE": "float16",
            "BRANDHUB_INFERENCE_THREADS": "3",
            "BRANDHUB_INFERENCE_MAX_FORWARD": "16",
            "BRANDHUB_INFERENCE_EXACT": "on",
            "BRANDHUB_INFERENCE_MODELS": "1",
            "BRANDHUB_INFERENCE_ADAPTERS": "4",
        }
    ) == Configuration(
        device="cuda:1",
        dtype="float16",
        threads=3,
        max_forward=16,
        exact="on",
        models=1,
        adapters=4,
    )


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("DEVICE", "tpu"),
        ("DEVICE", "cuda:x"),
        ("DTYPE", "int8"),
        ("THREADS", "-1"),
        ("THREADS", "257"),
        ("MAX_FORWARD", "0"),
        ("MAX_FORWARD", "65"),
        ("EXACT", "yes"),
        ("MODELS", "0"),
        ("ADAPTERS", "1.5"),
    ],
)
def test_a_wrong_value_is_named(name, value):
    with pytest.raises(BackendMisused, match=f"BRANDHUB_INFERENCE_{name} is '?{value}") as raised:
        configuration_from({f"BRANDHUB_INFERENCE_{name}": value})
    assert raised.value.code == "backend_misused"


def test_threads_are_set():
    assert open_device(Configuration(device="cpu", threads=1)).threads == 1
    assert torch.get_num_threads() == 1


def test_the_cpu_is_exact_unless_told_otherwise():
    assert open_device(Configuration(device="cpu")).exact is True
    assert open_device(Configuration(device="cpu", exact="off")).exact is False


def test_half_precision_on_a_cpu_is_taken_where_the_cpu_computes_in_it(monkeypatch):
    monkeypatch.setattr(torch.cpu, "_is_amx_tile_supported", lambda: False)
    monkeypatch.setattr(torch.cpu, "_is_avx512_bf16_supported", lambda: False)
    assert open_device(Configuration(device="cpu")).compute is torch.float32
    monkeypatch.setattr(torch.cpu, "_is_amx_tile_supported", lambda: True)
    assert open_device(Configuration(device="cpu")).compute is torch.bfloat16


def test_what_the_machine_lacks_is_said(monkeypatch):
    monkeypatch.setattr(torch.cuda, "is_available", lambda: False)
    with pytest.raises(BackendMisused, match="no CUDA device"):
        open_device(Configuration(device="cuda"))
    with pytest.raises(BackendMisused, match="not in float16"):
        open_device(Configuration(device="cpu", dtype="float16"))
    monkeypatch.setattr(torch.cuda, "is_available", lambda: True)
    monkeypatch.setattr(torch.cuda, "device_count", lambda: 1)
    with pytest.raises(BackendMisused, match="no device cuda:1"):
        open_device(Configuration(device="cuda:1"))
