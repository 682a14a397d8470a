"""The command that draws a sheet for a person."""

from __future__ import annotations

import re

from PIL import Image

from brandhub.inference.sample import FAULT, contact_sheet, main
from brandhub.inference.specs import BatchResult, RenderedImage, RenderFault


def test_a_sheet_has_a_row_for_each_prompt_and_a_column_for_each_seed(tiny, tmp_path, capsys):
    out = tmp_path / "new" / "sheet.png"
    status = main(
        [
            *("--model", str(tiny.path), "--prompt", "a robot", "--prompt", "一个机器人"),
            *("--count", "3", "--size", "64", "--steps", "2", "--out", str(out)),
        ]
    )
    captured = capsys.readouterr()
    assert status == 0, captured.err
    with Image.open(out) as sheet:
        assert sheet.size == (3 * 68 + 4, 2 * 68 + 4)
        cells = {
            sheet.crop((4 + 68 * x, 4 + 68 * y, 68 + 68 * x, 68 + 68 * y)).tobytes()
            for x in range(3)
            for y in range(2)
        }
    assert len(cells) == 6
    assert f"{out}: " in captured.out
    # How many steps there are in all depends on which pictures may share them here.
    assert re.search(r"step (\d+) of \1\b", captured.err)


def test_a_fault_is_a_red_field():
    result = BatchResult(
        outputs=(
            RenderedImage(0, Image.new("RGB", (64, 64), (1, 2, 3))),
            RenderFault(1, "nan_output", "The result is black throughout."),
        ),
        environment={},
        seconds=1.0,
    )
    sheet = contact_sheet(result, columns=1, width=64, height=64)
    assert sheet.size == (72, 140)
    assert sheet.getpixel((10, 10)) == (1, 2, 3)
    assert sheet.getpixel((10, 80)) == FAULT


def test_what_cannot_be_rendered_is_said_in_a_sentence(tiny, tmp_path, capsys):
    common = ["--prompt", "x", "--out", str(tmp_path / "sheet.png")]
    assert main(["--model", str(tmp_path / "nowhere"), *common]) == 1
    assert "no model_index.json" in capsys.readouterr().err
    assert main(["--model", str(tiny.path), "--size", "63", *common]) == 1
    assert "width" in capsys.readouterr().err
    assert not (tmp_path / "sheet.png").exists()
