"""Headers of adapters from outside: what is refused, with which code, and at which cost."""

from __future__ import annotations

import io
import os
import subprocess
import sys

import pytest

from brandhub.inference.adapter_files import AdapterFacts, describe, parse_key, read_header
from brandhub.inference.errors import AdapterRefused
from brandhub.settings.env import BASE_DIR
from tests.effort import calls_made_by
from tests.inference.hostile_adapters import HEADERS, entry, file, sound


def facts_of(content: bytes) -> AdapterFacts:
    return describe(read_header(io.BytesIO(content), len(content)))


@pytest.mark.parametrize("name", HEADERS)
def test_a_hostile_header_is_refused_with_its_code_and_little_effort(name: str) -> None:
    make, code = HEADERS[name]
    content = make()

    def refuse() -> None:
        with pytest.raises(AdapterRefused) as raised:
            facts_of(content)
        assert raised.value.reason == code

    # Three calls for each of the 20,001 tensors of the largest: what is refused is read once.
    assert calls_made_by(refuse) < 4 * 20_001


_IN_LITTLE_MEMORY = """
import io, resource, sys
from brandhub.inference.adapter_files import describe, read_header
from brandhub.inference.errors import AdapterRefused
from tests.effort import calls_made_by
from tests.inference.hostile_adapters import HEADERS
files = {name: make() for name, (make, code) in HEADERS.items()}
with open("/proc/self/statm") as opened:
    pages = int(opened.read().split()[0])
allowed = pages * resource.getpagesize() + 256 * 2**20
resource.setrlimit(resource.RLIMIT_AS, (allowed, allowed))
for name, content in files.items():
    try:
        describe(read_header(io.BytesIO(content), len(content)))
    except AdapterRefused:
        continue
    sys.exit(f"not refused: {name}")
assert "torch" not in sys.modules
"""


def test_refusing_takes_little_memory_and_no_torch() -> None:
    done = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", _IN_LITTLE_MEMORY],
        cwd=BASE_DIR,
        env=dict(os.environ),
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    assert (done.returncode, done.stderr) == (0, "")


def test_a_file_over_two_gigabytes_is_refused_unread() -> None:
    with pytest.raises(AdapterRefused) as raised:
        read_header(io.BytesIO(b""), (2 << 30) + 1)
    assert raised.value.reason == "file_too_large"


def test_a_sound_header_tells_rank_layout_and_notes() -> None:
    facts = facts_of(sound(rank=256, side=1))
    assert (facts.layout, facts.rank, facts.alpha, facts.modules) == ("diffusers", 256, None, 1)
    told = file(
        {
            "lora_unet_conv_in.lora_down.weight": entry([2, 3], 0),
            "lora_unet_conv_in.lora_up.weight": entry([3, 2], 24),
            "lora_unet_conv_in.alpha": entry([], 48),
        },
        __metadata__={"ss_base_model_version": "sd_v1.5", "ss_output_name": "nimbus toy"},
    )
    facts = facts_of(told)
    assert (facts.layout, facts.alpha) == ("kohya", -1.0)
    assert (facts.trained_on, facts.trigger_words) == ("sd_v1.5", "nimbus toy")


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        (
            "base_model.model.down_blocks.0.attn1.to_q.lora_A.weight",
            ("peft", "", "down_blocks.0.attn1.to_q", "down"),
        ),
        (
            "unet.down_blocks.0.attn1.processor.to_q_lora.down.weight",
            ("diffusers", "unet", "down_blocks.0.attn1.to_q", "down"),
        ),
        (
            "unet.mid.attn1.processor.to_out_lora.up.weight",
            ("diffusers", "unet", "mid.attn1.to_out.0", "up"),
        ),
        (
            "text_encoder.text_model.encoder.layers.0.self_attn.q_proj.lora_linear_layer.up.weight",
            ("diffusers", "text_encoder", "text_model.encoder.layers.0.self_attn.q_proj", "up"),
        ),
        (
            "lora_te_text_model_encoder_layers_0_self_attn_q_proj.alpha",
            ("kohya", "text_encoder", "text_model_encoder_layers_0_self_attn_q_proj", "alpha"),
        ),
    ],
)
def test_names_of_every_layout_are_taken_apart(name: str, expected: tuple[str, ...]) -> None:
    key = parse_key(name)
    assert (key.layout, key.part, key.module, key.role) == expected
