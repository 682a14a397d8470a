"""Finding the eyes of a drawn face, and bringing them to where the base model knows them."""

import json
import math
import random
import shutil
from pathlib import Path

import numpy as np
import pytest
import torch

from brandhub.inference.errors import ModelBroken
from brandhub.inference.training.corpus.compose import EYE_HALF, EYE_LEVEL, paint
from brandhub.inference.training.corpus.unseen import draw_unseen
from brandhub.inference.training.eyes import (
    CELLS,
    STEEPEST,
    EyeFinder,
    Eyes,
    _examples,
    _pair,
    _targets,
    accuracy,
    draw_faces,
)
from brandhub.inference.training.face_placing import (
    LARGEST,
    SMALLEST,
    FacePlace,
    FacePlacer,
    _moved,
)
from brandhub.inference.training.loop import step_generator

MODEL = Path(__file__).resolve().parents[2] / "weights" / "avatar-mini"
SIDE = 256
LEFT, RIGHT = np.array([255, 0, 0]), np.array([0, 255, 0])


def face(left: tuple[float, float], right: tuple[float, float]) -> np.ndarray:
    """Grey, with a red dot for the left eye and a green one for the right."""
    picture = np.full((SIDE, SIDE, 3), 128, dtype=np.uint8)
    for (x, y), colour in ((left, LEFT), (right, RIGHT)):
        column, row = round(x * SIDE), round(y * SIDE)
        picture[row - 4 : row + 4, column - 4 : column + 4] = colour
    return picture


def middle_of(picture: np.ndarray, colour: np.ndarray) -> tuple[float, float]:
    """Where the dot of a colour lies, in shares of the side."""
    rows, columns = np.nonzero(np.abs(picture.astype(int) - colour).sum(2) < 120)
    return (columns.mean() + 0.5) / picture.shape[1], (rows.mean() + 0.5) / picture.shape[0]


class TestDrawings:
    @pytest.mark.parametrize("subject", ["person", "robot", "critter", "face"])
    def test_a_drawing_says_where_its_eyes_are(self, subject: str) -> None:
        # when
        _, drawing = paint(subject, "flat", random.Random(f"eyes of a {subject}"))
        # then they lie level, around the middle, where the camera brings them
        assert drawing.eyes is not None
        (left, top), (right, bottom) = drawing.eyes
        assert top == bottom
        assert left + right == pytest.approx(1)
        assert top >= EYE_LEVEL / 100 - 1e-9

    def test_of_blocks_none_is_said(self) -> None:
        _, drawing = paint("robot", "voxel", random.Random("blocks"))
        assert drawing.eyes is None

    def test_faces_for_training_come_with_their_eyes(self) -> None:
        pictures, eyes = draw_faces(8)
        assert pictures.shape == (8, 128, 128, 3)
        assert eyes.shape == (8, 2, 2)
        assert (eyes[:, 0, 0] < eyes[:, 1, 0]).all()


class TestExamples:
    def test_eyes_go_where_the_picture_takes_them(self) -> None:
        # given dots for eyes, drawn as a training draws its examples
        picture = face((0.4, 0.55), (0.6, 0.55))[::2, ::2]
        points = np.array([[[0.4, 0.55], [0.6, 0.55]]], dtype=np.float32)
        images, moved = _examples(picture[None], points, 64, step_generator(3, 0))
        # then the dot is there, whatever its colour: the picture's grey is not
        inside = (moved.abs() < 0.9).all(2).all(1)
        assert inside.sum() > 20
        for image, pair in zip(images[inside], moved[inside], strict=True):
            for x, y in ((pair + 1) / 2 * 96).long().tolist():
                spot = image[:, y, x]
                assert (image.flatten(1).median(1).values - spot).abs().max() > 0.2

    def test_the_left_one_stays_the_left_one_in_a_mirror(self) -> None:
        picture = face((0.4, 0.55), (0.6, 0.55))[::2, ::2]
        points = np.array([[[0.4, 0.55], [0.6, 0.55]]], dtype=np.float32)
        _, moved = _examples(picture[None], points, 64, step_generator(4, 0))
        assert (moved[:, 0, 0] < moved[:, 1, 0]).all()

    def test_a_target_is_a_likelihood_and_knows_of_eyes_outside(self) -> None:
        # given one eye in the middle and one out of the picture
        target = _targets(torch.tensor([[[0.0, 0.0], [1.4, 0.0]]]))
        # then
        assert target.shape == (1, 2, CELLS * CELLS + 1)
        assert target.sum(2).flatten().tolist() == pytest.approx([1, 1])
        assert target[0, 0, -1] == 0
        assert target[0, 1, -1] == 1


class TestPair:
    def shares(self, left: tuple[int, int], right: tuple[int, int], sure: float = 0.9):
        held = np.zeros((2, CELLS, CELLS), dtype=np.float32)
        held[0][left[1], left[0]] = held[1][right[1], right[0]] = sure
        return held

    def test_both_eyes_in_shares_of_the_side(self) -> None:
        found = _pair(self.shares((8, 12), (15, 12)))
        assert found is not None
        assert found.left == pytest.approx((8.5 / 24, 12.5 / 24))
        assert found.right == pytest.approx((15.5 / 24, 12.5 / 24))
        assert found.sureness == pytest.approx(0.9)

    @pytest.mark.parametrize(
        ("left", "right", "sure"),
        [
            ((8, 12), (15, 12), 0.4),
            ((8, 12), (8, 12), 0.9),
            ((1, 12), (22, 12), 0.9),
            ((8, 4), (12, 20), 0.9),
            ((15, 12), (8, 12), 0.9),
        ],
        ids=["unsure", "one place", "too far apart", "too steep", "left of the left one"],
    )
    def test_no_pair(self, left: tuple[int, int], right: tuple[int, int], sure: float) -> None:
        assert _pair(self.shares(left, right, sure)) is None


class TestMoved:
    PLACE = FacePlace(level=EYE_LEVEL / 100, half=EYE_HALF / 100)

    @pytest.mark.parametrize(
        ("left", "right"),
        [((0.3, 0.3), (0.5, 0.3)), ((0.35, 0.45), (0.55, 0.55)), ((0.55, 0.5), (0.78, 0.35))],
        ids=["up and left", "tilted", "tilted the other way"],
    )
    def test_eyes_come_to_their_place(
        self, left: tuple[float, float], right: tuple[float, float]
    ) -> None:
        moved = _moved(face(left, right), Eyes(left, right, 1.0), self.PLACE)
        half = self.PLACE.half
        assert middle_of(moved, LEFT) == pytest.approx((0.5 - half, self.PLACE.level), abs=0.01)
        assert middle_of(moved, RIGHT) == pytest.approx((0.5 + half, self.PLACE.level), abs=0.01)

    @pytest.mark.parametrize(("apart", "scale"), [(0.06, LARGEST), (0.6, SMALLEST)])
    def test_a_face_is_neither_blown_up_nor_lost(self, apart: float, scale: float) -> None:
        left, right = (0.5 - apart / 2, 0.5), (0.5 + apart / 2, 0.5)
        moved = _moved(face(left, right), Eyes(left, right, 1.0), self.PLACE)
        seen = middle_of(moved, RIGHT)[0] - middle_of(moved, LEFT)[0]
        assert seen == pytest.approx(apart * scale, abs=0.01)

    def test_edges_are_drawn_out(self) -> None:
        # given a picture whose lower half is blue, with its face at the bottom
        picture = face((0.4, 0.9), (0.6, 0.9))
        picture[250:] = (0, 0, 255)
        # when it is moved up
        moved = _moved(picture, Eyes((0.4, 0.9), (0.6, 0.9), 1.0), self.PLACE)
        # then what was below its edge is blue, too
        assert (moved[-20:] == (0, 0, 255)).all()

    def test_no_pair_that_is_believed_turns_in_what_has_no_colour(self) -> None:
        # given a white picture whose eyes are at its corner, far apart and tilted
        white = np.full((SIDE, SIDE, 3), 255, dtype=np.uint8)
        dx, dy = 0.35 * math.cos(STEEPEST), 0.35 * math.sin(STEEPEST)
        for x, y in ((0.2, 0.2), (0.75, 0.3), (0.75, 0.75), (0.2, 0.75)):
            for sign in (1, -1):
                left, right = (x - dx, y - sign * dy), (x + dx, y + sign * dy)
                # when / then
                moved = _moved(white, Eyes(left, right, 1.0), self.PLACE)
                assert (moved == 255).all()


class TestShipped:
    def test_eyes_of_drawings_are_found(self) -> None:
        finder = EyeFinder.load(MODEL.with_name("avatar-mini-eyes"))
        shares = accuracy(finder, *draw_faces(48, seed="test"), count=128)
        assert shares["found"] > 0.8
        assert shares["right"] > 0.9

    def test_tilted_faces_of_an_unseen_family_come_to_look_at_you(self) -> None:
        # given thumbs, whose faces are anywhere
        placer = FacePlacer.of_model(MODEL)
        assert placer is not None
        pictures = [draw_unseen("thumbs", random.Random(f"tour:{n}"))[0] for n in range(12)]
        # when
        moved = placer.place(pictures)
        # then, looked at again, nearly all have their eyes level and in the middle
        again = placer._finder.find(np.stack([each for each in moved if each is not None]))
        found = [each for each in again if each is not None]
        assert len(found) >= 10
        for eyes in found:
            (left, top), (right, bottom) = eyes.left, eyes.right
            assert abs(top - bottom) < 0.05
            assert (left + right) / 2 == pytest.approx(0.5, abs=0.05)

    @pytest.mark.parametrize("family", ["big-ears", "notionists", "personas"])
    def test_faces_that_lie_in_one_place_stay_there(self, family: str) -> None:
        placer = FacePlacer.of_model(MODEL)
        assert placer is not None
        pictures = [draw_unseen(family, random.Random(f"1:{n}"))[0] for n in range(12)]
        found = [each for each in placer._finder.find(np.stack(pictures)) if each is not None]
        assert len(found) >= 10
        assert placer.place(pictures) == [None] * 12

    def test_where_there_is_no_face_nothing_is_moved(self) -> None:
        placer = FacePlacer.of_model(MODEL)
        assert placer is not None
        plain = np.full((SIDE, SIDE, 3), 200, dtype=np.uint8)
        stripes = plain.copy()
        stripes[:, ::32] = 0
        assert placer.place([plain, stripes]) == [None, None]

    def test_a_model_without_a_companion_has_none(self, tmp_path: Path) -> None:
        assert FacePlacer.of_model(tmp_path / "other-model") is None

    def test_a_companion_that_is_broken_is_said_to_be(self, tmp_path: Path) -> None:
        folder = tmp_path / "model-eyes"
        shutil.copytree(MODEL.with_name("avatar-mini-eyes"), folder)
        assert FacePlacer.of_model(tmp_path / "model") is not None
        # when its network was half copied, or its place says too little
        whole = (folder / "eyes.safetensors").read_bytes()
        (folder / "eyes.safetensors").write_bytes(whole[:10])
        with pytest.raises(ModelBroken):
            FacePlacer.of_model(tmp_path / "model")
        (folder / "eyes.safetensors").write_bytes(whole)
        (folder / "place.json").write_text(json.dumps({"level": 0.5}))
        with pytest.raises(ModelBroken):
            FacePlacer.of_model(tmp_path / "model")
