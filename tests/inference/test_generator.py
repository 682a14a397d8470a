"""The diffusers generator on real classes: exactness, progress, cancelling, threads, bounds."""

from __future__ import annotations

import dataclasses
import gc
import threading
import weakref
from unittest import mock

import pytest
import torch

from brandhub.inference.contracts import Generator, RenderCancelled
from brandhub.inference.diffusers_backend import sharing
from brandhub.inference.diffusers_backend.configuration import Configuration
from brandhub.inference.diffusers_backend.generator import DiffusersGenerator
from brandhub.inference.errors import BackendMisused, InvalidSpec
from brandhub.inference.specs import SCHEDULERS, ImageSpec
from tests.inference.conftest import IMAGES
from tests.inference.rendering import before_each_pass, pixels, render, unet_of, unwatched
from tests.inference.tiny import build_tiny_pipeline

# Schedulers of diffusers still hand tensors to NumPy in the way of NumPy 1
pytestmark = pytest.mark.filterwarnings("ignore:__array__ implementation:DeprecationWarning")


def ignore(_rows: int) -> None:
    pass


def test_it_keeps_the_contract(warm_generator):
    assert isinstance(warm_generator, Generator)


def test_a_batch_gives_pictures_in_order_with_their_environment(warm_generator, make_batch):
    result = warm_generator.generate(make_batch(), on_step=unwatched)

    assert [output.index for output in result.outputs] == [0, 1, 2, 3, 4]
    assert {output.image.mode for output in result.outputs} == {"RGB"}
    assert {output.image.size for output in result.outputs} == {(64, 64)}
    assert len(set(pixels(result))) == 5
    assert result.seconds > 0
    facts = result.environment
    assert facts["torch"] == torch.__version__
    assert facts["device"] == "cpu"
    assert facts["dtype"] in ("float32", "bfloat16")
    assert facts["threads"] == torch.get_num_threads()
    assert facts["scheduler"] == "DDIMScheduler"
    assert sum(int(size) for size in facts["forward_sizes"].split("+")) == 5


def test_the_sides_need_not_be_equal(warm_generator, make_batch):
    result = warm_generator.generate(make_batch(width=96, height=64), on_step=unwatched)
    assert result.outputs[0].image.size == (96, 64)


def test_everything_that_a_specification_names_is_seen_in_the_picture(warm_generator, make_batch):
    base = ImageSpec(prompt="a robot", negative_prompt="", seed=1)

    def one(image=base, **changes):
        return render(warm_generator, make_batch(images=(image,), **changes))[0]

    pictures = [
        one(),
        one(dataclasses.replace(base, prompt="a critter")),
        one(dataclasses.replace(base, negative_prompt="hat")),
        one(dataclasses.replace(base, seed=2)),
        one(guidance_scale=7.0),
        one(guidance_scale=1.0),
        one(guidance_schedule="early"),
        one(steps=4),
        one(scheduler="euler_a"),
    ]
    assert len(set(pictures)) == len(pictures)
    assert one() == pictures[0]


@pytest.mark.parametrize("dtype", ["float32", "bfloat16"])
@pytest.mark.parametrize("guidance_scale", [4.0, 1.0])
def test_an_image_alone_is_bit_for_bit_the_same_as_in_a_batch(make_batch, dtype, guidance_scale):
    generator = DiffusersGenerator(Configuration(device="cpu", dtype=dtype))

    together = render(generator, make_batch(guidance_scale=guidance_scale))
    alone = [
        render(generator, make_batch(images=(image,), guidance_scale=guidance_scale))[0]
        for image in IMAGES
    ]
    others = render(
        generator, make_batch(images=IMAGES[3:] + IMAGES[:2], guidance_scale=guidance_scale)
    )

    assert together == alone
    assert others == alone[3:] + alone[:2]


def test_a_scheduler_that_remembers_steps_keeps_pictures_apart(generator, make_batch):
    """UniPC, which drafts are drawn with, sums over earlier steps for the whole batch at once."""
    together = render(generator, make_batch(scheduler="unipc", steps=4))
    alone = [
        render(generator, make_batch(scheduler="unipc", steps=4, images=(image,)))[0]
        for image in IMAGES
    ]
    assert together == alone


def test_images_that_would_change_each_other_are_rendered_one_by_one(generator, make_batch, tiny):
    """Given a denoiser whose numbers depend on the rows beside them, as some kernels' do."""
    generator.warm(tiny)
    unet_of(generator, tiny).register_forward_hook(
        lambda _network, given, output: tuple(
            value * (1 + 1e-3 * given[0].shape[0]) for value in output
        )
    )

    together = generator.generate(make_batch(images=IMAGES[:3]), on_step=unwatched)

    assert together.environment["forward_sizes"] == "1+1+1"
    assert pixels(together) == [
        render(generator, make_batch(images=(image,)))[0] for image in IMAGES[:3]
    ]


def test_passes_are_shared_regardless_where_exactness_is_off(make_batch, tiny):
    generator = DiffusersGenerator(Configuration(device="cpu", exact="off", max_forward=4))
    generator.warm(tiny)
    with before_each_pass(unet_of(generator, tiny), ignore) as passes:
        result = generator.generate(make_batch(), on_step=unwatched)
    assert passes == [8, 8, 8, 2, 2, 2]
    assert result.environment["forward_sizes"] == "4+1"
    assert result.environment["exact"] == 0


def test_a_shape_is_probed_once(sharing_generator, make_batch):
    with mock.patch.object(
        sharing, "rows_are_independent", wraps=sharing.rows_are_independent
    ) as probe:
        for _ in range(2):
            sharing_generator.generate(make_batch(), on_step=unwatched)
        assert probe.call_count == 1
        sharing_generator.generate(make_batch(images=IMAGES[:4]), on_step=unwatched)
        assert probe.call_count == 2


def test_progress_counts_the_steps_of_the_device(make_batch):
    generator = DiffusersGenerator(Configuration(device="cpu", exact="off", max_forward=3))
    seen = []
    generator.generate(make_batch(), on_step=lambda done, total: seen.append((done, total)))
    assert seen == [(done, 6) for done in range(7)]


@pytest.mark.parametrize(
    "error", [RenderCancelled(), RuntimeError("the database is out of memory"), KeyboardInterrupt()]
)
def test_what_on_step_raises_ends_the_batch_at_once_and_reaches_the_caller(
    sharing_generator, make_batch, tiny, error
):
    before = render(sharing_generator, make_batch())
    own_scheduler = sharing_generator._models[tiny.content_hash].pipeline.scheduler

    def cancel(done: int, _total: int) -> None:
        if done == 2:
            raise error

    with before_each_pass(unet_of(sharing_generator, tiny), ignore) as passes:
        with pytest.raises(type(error)) as raised:
            sharing_generator.generate(make_batch(scheduler="euler"), on_step=cancel)
        assert len(passes) <= 2 + 3  # and a probe's three, if the shape was new
        in_the_loop = len(passes)
        render(sharing_generator, make_batch(scheduler="euler"))
        assert len(passes) - in_the_loop == 3

    assert raised.value is error
    assert sharing_generator._models[tiny.content_hash].pipeline.scheduler is own_scheduler
    assert render(sharing_generator, make_batch()) == before


@pytest.mark.parametrize(("images", "at"), [(IMAGES, 0), (IMAGES[:1], 2)], ids=["probe", "step"])
def test_an_error_that_is_not_about_memory_is_raised(generator, make_batch, tiny, images, at):
    """In the probe of a new shape, and between the steps of an image that needs no probe."""
    generator.warm(tiny)
    steps = []

    def fail(_rows: int) -> None:
        if at == 0 or (steps and steps[-1] == at):
            raise RuntimeError("device-side assert triggered")

    with (
        before_each_pass(unet_of(generator, tiny), fail),
        pytest.raises(RuntimeError, match="device-side assert"),
    ):
        generator.generate(
            make_batch(images=images), on_step=lambda done, _total: steps.append(done)
        )

    assert steps == list(range(at + 1) if at else [])


@pytest.mark.parametrize("name", sorted(SCHEDULERS))
def test_every_scheduler_renders_and_leaves_the_models_own_in_place(
    warm_generator, make_batch, tiny, name
):
    pipeline = warm_generator._models[tiny.content_hash].pipeline
    own = pipeline.scheduler

    first = warm_generator.generate(
        make_batch(scheduler=name, images=IMAGES[:2]), on_step=unwatched
    )
    alone = render(warm_generator, make_batch(scheduler=name, images=IMAGES[1:2]))

    assert pixels(first)[1:] == alone
    assert pipeline.scheduler is own


def test_schedulers_keep_the_models_prediction_type_and_noise(warm_generator, make_batch, tiny):
    seen = {}
    pipeline = warm_generator._models[tiny.content_hash].pipeline
    for name in sorted(SCHEDULERS):

        def look(_done: int, _total: int, name: str = name) -> None:
            seen[name] = pipeline.scheduler

        warm_generator.generate(make_batch(scheduler=name, images=IMAGES[:1]), on_step=look)
    assert {s.config.prediction_type for s in seen.values()} == {"v_prediction"}
    assert {s.config.beta_schedule for s in seen.values()} == {"scaled_linear"}
    assert {name: type(s).__name__ for name, s in seen.items()} == {
        "ddim": "DDIMScheduler",
        "default": "DDIMScheduler",
        "dpmpp_2m": "DPMSolverMultistepScheduler",
        "dpmpp_2m_karras": "DPMSolverMultistepScheduler",
        "euler": "EulerDiscreteScheduler",
        "euler_a": "EulerAncestralDiscreteScheduler",
        "lcm": "LCMScheduler",
        "unipc": "UniPCMultistepScheduler",
    }
    assert seen["dpmpp_2m_karras"].config.use_karras_sigmas is True
    assert seen["dpmpp_2m"].config.use_karras_sigmas is False


@pytest.mark.parametrize("name", sorted(SCHEDULERS))
def test_latents_stay_in_float32_whatever_the_denoiser_computes_in(
    generator, make_batch, tiny, name
):
    generator.warm(tiny)
    formats = set()
    unet_of(generator, tiny).register_forward_pre_hook(
        lambda _network, given: formats.add(given[0].dtype)
    )
    generator.generate(make_batch(scheduler=name, images=IMAGES[:1]), on_step=unwatched)
    assert formats == {torch.float32}


def test_steps_that_a_scheduler_cannot_take_are_the_requesters_fault(warm_generator, make_batch):
    with pytest.raises(InvalidSpec, match="lcm can't take 60 steps"):
        warm_generator.generate(make_batch(scheduler="lcm", steps=60), on_step=unwatched)


def test_a_prompt_that_is_too_long_is_cut_counted_and_kept_out_of_the_log(
    warm_generator, make_batch, caplog, capfd
):
    secret = "confidential " * 20
    images = (ImageSpec(prompt=secret, negative_prompt=secret, seed=1), IMAGES[0])
    with caplog.at_level("DEBUG"):
        result = warm_generator.generate(make_batch(images=images), on_step=unwatched)
    # 12 letters a word, a token each; 62 places beside the start and the end
    assert [output.tokens_dropped for output in result.outputs] == [20 * 12 - 62, 0]
    output = capfd.readouterr()
    assert "confidential" not in caplog.text + output.out + output.err


def test_a_model_that_is_not_used_leaves_when_another_comes(tmp_path, tiny, make_batch):
    other = build_tiny_pipeline(tmp_path, seed=1)
    generator = DiffusersGenerator(Configuration(device="cpu", models=1))
    generator.warm(tiny)
    first = weakref.ref(unet_of(generator, tiny))
    generator.warm(tiny)
    assert first() is unet_of(generator, tiny)

    pictures = render(generator, make_batch(model=other))
    gc.collect()

    assert first() is None
    assert list(generator._models) == [other.content_hash]
    assert render(generator, make_batch()) != pictures


def test_unloading_frees_the_model_and_the_next_batch_loads_again(generator, tiny, make_batch):
    before = render(generator, make_batch())
    unet = weakref.ref(unet_of(generator, tiny))
    generator.unload()
    gc.collect()
    assert unet() is None
    assert render(generator, make_batch()) == before


def test_threads_take_turns_and_get_what_they_would_get_alone(generator, make_batch, tiny):
    batches = [make_batch(images=(image,)) for image in IMAGES[:3]]
    expected = [render(generator, batch) for batch in batches]
    inside = threading.Semaphore(1)
    overlaps = []
    barrier = threading.Barrier(3)
    found: dict[int, list[bytes]] = {}

    def work(place: int) -> None:
        barrier.wait()
        found[place] = pixels(generator.generate(batches[place], on_step=step))

    def step(done: int, total: int) -> None:
        # The turn of a batch is from its first call to its last.
        if done == 0 and not inside.acquire(blocking=False):
            overlaps.append(threading.current_thread().name)
        if done == total:
            inside.release()

    threads = [threading.Thread(target=work, args=(place,)) for place in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)

    assert overlaps == []
    assert [found[place] for place in range(3)] == expected


def test_another_process_is_refused(warm_generator, tiny, make_batch, monkeypatch):
    monkeypatch.setattr("os.getpid", lambda: -1)
    for call in (
        lambda: warm_generator.warm(tiny),
        lambda: warm_generator.generate(make_batch(), on_step=unwatched),
        warm_generator.unload,
    ):
        with pytest.raises(BackendMisused, match="forked"):
            call()
