"""What the networks and the perceptual hash see, and what they do not."""

import numpy as np
import pytest
from django.db import connection
from PIL import Image, ImageDraw, ImageFont, ImageOps
from skimage import data

from avatars.models import Alignment
from avatars.services import publish_version, take_down
from brandhub.audit.record import Actor
from brandhub.common.ids import uuid7
from brandhub.common.pixels import pixel_sha256, png_bytes
from brandhub.inference.judging import packed_features
from moderation import screener
from moderation.checks.contract import run_check
from moderation.checks.legibility import Legibility, measures
from moderation.checks.near_duplicate import LIKE, NearDuplicate
from moderation.checks.nudity import Nudity
from moderation.checks.picture import Neighbour, Picture, PictureAlignment
from moderation.checks.text_in_picture import TextInPicture
from moderation.models import Finding, PictureFingerprint
from moderation.pdq import ALIKE, pdq
from moderation.policies.rules import CheckRule, PolicyRules
from moderation.selectors.fingerprints import PublishedNeighbours
from moderation.states import CheckMode, FindingVerdict
from tests.factories import AvatarVersionFactory, BotFactory, BrandFactory, GenerationRequestFactory
from tests.moderation.conftest import JUDGE, features_of, jpeg_bytes, rendered, scene


def picture(image, **values):
    return Picture(data=png_bytes(image), pixel_sha256=pixel_sha256(image), **values)


def lopsided():
    """A picture that is not its own mirror image."""
    return Image.fromarray(data.coffee()[:400, :400]).resize((96, 96))


def labelled(text):
    image = scene().resize((256, 256))
    ImageDraw.Draw(image).text((60, 200), text, fill="black", font=ImageFont.load_default(36))
    return image


def portrait():
    """A photograph of a dressed person in the public domain (NASA, Eileen Collins)."""
    return Image.fromarray(data.astronaut())


# Bodies


def test_the_network_recognises_a_face_and_nothing_bare_in_a_portrait():
    [result] = Nudity().run(picture(portrait()))
    assert (str(result.verdict), result.score) == ("pass", 0.0)
    assert result.evidence == {"boxes": [], "seen": ["FACE_FEMALE"]}


def test_a_drawn_face_passes():
    [result] = Nudity().run(picture(scene()))
    assert str(result.verdict) == "pass"


def seeing(monkeypatch, *found):
    class Detector:
        def detect(self, pixels):
            return [{"class": name, "score": score, "box": box} for name, score, box in found]

    monkeypatch.setattr("moderation.checks.nudity._detector", Detector)
    [result] = Nudity().run(picture(scene()))
    return str(result.verdict), result.score, result.threshold


#: The box of a face in a portrait: half of the picture of 96 x 96 and more.
FACE = [10, 10, 72, 72]


@pytest.mark.parametrize(
    ("score", "verdict", "weighed"),
    [
        (0.435, "pass", 0.175),
        (0.869, "pass", 0.3496),
        (0.87, "flag", 0.35),
        (0.91, "flag", 0.6),
        (0.95, "block", 0.85),
        (0.975, "block", 0.925),
    ],
)
def test_a_drawn_face_that_is_taken_for_buttocks_needs_more(monkeypatch, score, verdict, weighed):
    assert seeing(monkeypatch, ("BUTTOCKS_EXPOSED", score, FACE)) == (verdict, weighed, 0.35)


@pytest.mark.parametrize(
    ("rule", "score", "verdict"),
    [
        # A stricter policy asks less of a body, and still more of a face.
        (CheckRule(CheckMode.GRADED, 0.3), 0.7, "pass"),
        (CheckRule(CheckMode.GRADED, 0.3), 0.75, "flag"),
        (CheckRule(CheckMode.GRADED, 0.5), 0.88, "pass"),
        (CheckRule(CheckMode.GRADED, 0.5), 0.9, "flag"),
        (CheckRule(CheckMode.GRADED, None, 0.6), 0.9, "flag"),
        (CheckRule(CheckMode.GRADED, None, 0.6), 0.91, "block"),
        (CheckRule(CheckMode.BLOCK, 0.4), 0.83, "pass"),
    ],
)
def test_and_under_a_policy_that_moves_the_thresholds(monkeypatch, rule, score, verdict):
    _own, weighed, _threshold = seeing(monkeypatch, ("BUTTOCKS_EXPOSED", score, FACE))
    rules = PolicyRules(checks={"nudity": rule})
    own = FindingVerdict(_own)
    assert rules.verdict_on("nudity", own, weighed) == verdict


@pytest.mark.parametrize(
    ("name", "box"),
    [("BUTTOCKS_EXPOSED", [10, 10, 60, 60]), ("FEMALE_BREAST_EXPOSED", [10, 10, 72, 72])],
)
def test_a_smaller_box_and_another_class_need_no_more(monkeypatch, name, box):
    assert seeing(monkeypatch, (name, 0.36, box)) == ("flag", 0.36, 0.35)


def test_a_large_box_hides_no_smaller_one(monkeypatch):
    found = [
        ("BUTTOCKS_EXPOSED", 0.8, [0, 0, 90, 90]),
        ("FEMALE_BREAST_EXPOSED", 0.4, [10, 10, 9, 9]),
    ]
    assert seeing(monkeypatch, *found) == ("flag", 0.4, 0.35)


@pytest.mark.parametrize(("score", "verdict"), [(0.34, "pass"), (0.36, "flag"), (0.86, "block")])
def test_the_thresholds_decide_and_the_box_is_told_in_shares(monkeypatch, score, verdict):
    # given a detector that sees one bare body, for no such picture belongs into a repository
    class Detector:
        def detect(self, pixels):
            assert pixels.shape == (96, 96, 3)
            return [
                {"class": "BUTTOCKS_EXPOSED", "score": score, "box": [24, 48, 48, 12]},
                {"class": "BELLY_EXPOSED", "score": 0.99, "box": [0, 0, 96, 96]},
            ]

    monkeypatch.setattr("moderation.checks.nudity._detector", Detector)
    # when
    [result] = Nudity().run(picture(scene()))
    # then
    assert (str(result.verdict), result.score) == (verdict, score)
    assert result.evidence["seen"] == ["BELLY_EXPOSED"]
    [box] = result.evidence["boxes"]
    assert (box["left"], box["top"], box["width"], box["height"]) == (0.25, 0.5, 0.5, 0.125)


# Writing


def test_writing_is_flagged_where_it_stands():
    [result] = TextInPicture().run(picture(labelled("HELLO")))
    assert str(result.verdict) == "flag"
    [line] = result.evidence["boxes"]
    assert line["label"] == "HELLO"
    assert 0.15 < line["left"] < 0.3
    assert 0.7 < line["top"] < 0.9


def test_what_a_requirement_may_not_say_blocks_as_writing():
    [result] = TextInPicture().run(picture(labelled("NAZI")))
    assert (str(result.verdict), result.evidence["says"]) == ("block", "hate")


def test_a_face_is_no_writing():
    [result] = TextInPicture().run(picture(scene()))
    assert str(result.verdict) == "pass"


# Legibility


def test_a_face_is_legible_when_small():
    [result] = Legibility().run(picture(scene()))
    assert str(result.verdict) == "pass"
    assert result.score >= 1


def grey(level):
    return np.full((96, 96, 3), level, dtype=np.uint8)


def faint():
    pixels = grey(200)
    pixels[30:66, 30:66] = 210
    return pixels


def fine_lines():
    pixels = grey(255)
    pixels[::2] = 0
    return pixels


def in_a_corner():
    pixels = grey(255)
    pixels[:14, :14] = 0
    return pixels


@pytest.mark.parametrize(
    ("pixels", "weakest"),
    [(faint(), "contrast"), (fine_lines(), "detail"), (in_a_corner(), "circle")],
)
def test_what_gets_lost_is_flagged_by_what_it_lacks(pixels, weakest):
    found = measures(pixels)
    [result] = Legibility().run(picture(Image.fromarray(pixels)))
    assert str(result.verdict) == "flag"
    least = result.evidence["least"]
    assert found[weakest] < least[weakest]


# Likeness


def distance(one, other):
    return int(
        (pdq(np.asarray(one.convert("RGB")))[0] ^ pdq(np.asarray(other.convert("RGB")))[0]).sum()
    )


def test_the_hash_survives_compression_and_scaling_and_tells_others_apart(tmp_path):
    # given
    original = portrait()
    (tmp_path / "small.jpg").write_bytes(jpeg_bytes(original))
    compressed = Image.open(tmp_path / "small.jpg")
    # then
    assert distance(original, compressed) <= 10
    assert distance(original, original.resize((200, 200))) <= 16
    assert distance(original, Image.fromarray(data.coffee()).resize((512, 512))) > ALIKE


def test_without_anything_to_compare_with_the_check_is_unknown():
    [result] = run_check(NearDuplicate(), picture(portrait()))
    assert str(result.verdict) == "unknown"


def test_a_picture_without_structure_is_unknown_and_no_pass():
    [result] = NearDuplicate().run(
        picture(Image.new("RGB", (96, 96), "white"), neighbours=PublishedNeighbours(None))
    )
    assert (str(result.verdict), result.evidence["note"]) == ("unknown", "too_plain")


@pytest.fixture
def out(brand):
    """``out(image, brand=…, bot=…)``: a published picture with its fingerprint."""

    def make(image, *, of=None, bot=None, status="current"):
        bot = bot or BotFactory(brand=of or brand)
        request = GenerationRequestFactory(bot=bot, brand=bot.brand, status="approved")
        candidate = rendered(request, image, status="approved")
        found = picture(image).fingerprint
        PictureFingerprint.objects.create(
            brand=bot.brand,
            candidate=candidate,
            pdq=found.bits,
            quality=found.quality,
            features=features_of(image),
            judge=JUDGE,
            is_out=status != "taken_down",
        )
        return AvatarVersionFactory(bot=bot, brand=bot.brand, candidate=candidate, status=status)

    return make


def looked_at(request):
    screener.drain(seconds=20)
    return Finding.objects.get(request=request, check_name="near_duplicate")


@pytest.mark.django_db(transaction=True)
def test_what_another_bot_of_the_brand_wears_is_flagged_by_name(being_screened, out):
    version = out(scene(0))
    finding = looked_at(being_screened(scene(0)))
    assert finding.verdict == "flag"
    [alike] = finding.evidence["alike"]
    assert alike == {
        "bot": version.bot.name,
        "candidate_id": str(version.candidate_id),
        "by": "hash",
        "distance": 0,
    }


@pytest.mark.django_db(transaction=True)
def test_of_another_brands_picture_nothing_is_told_but_that_there_is_one(being_screened, out):
    out(scene(0), of=BrandFactory(slug="rival"))
    finding = looked_at(being_screened(scene(0)))
    assert finding.verdict == "flag"
    nobody = {"bot": "", "candidate_id": ""}
    assert finding.evidence == {
        "alike": [
            nobody | {"by": "hash", "distance": 0},
            nobody | {"by": "features", "likeness": 1.0},
        ]
    }


@pytest.mark.django_db(transaction=True)
def test_a_mirror_image_is_recognised_by_its_hash(being_screened, out):
    out(lopsided())
    finding = looked_at(being_screened(ImageOps.mirror(lopsided())))
    assert finding.verdict == "flag"
    [alike] = finding.evidence["alike"]
    assert alike["by"] == "mirror"
    assert alike["distance"] <= 8
    by_hash = 1 - alike["distance"] * 0.1 / ALIKE
    assert (finding.score, finding.threshold) == (pytest.approx(by_hash, abs=1e-4), LIKE)


@pytest.mark.django_db(transaction=True)
def test_what_the_hash_does_not_know_is_recognised_by_its_features(being_screened, out):
    # given: one picture whose hash is another, and whose features are nearly the same
    other = lopsided()
    version = out(scene(0))
    request = being_screened(other)
    assert distance(scene(0), other) > ALIKE
    near = features_of(scene(0)) + 0.3 * features_of(other)
    Alignment.objects.filter(candidate__request=request).update(
        features=packed_features(near / np.linalg.norm(near))
    )
    # when
    finding = looked_at(request)
    # then
    assert finding.verdict == "flag"
    [alike] = finding.evidence["alike"]
    assert (alike["by"], alike["candidate_id"]) == ("features", str(version.candidate_id))
    assert 0.94 < alike["likeness"] < 0.97
    assert (finding.score, finding.threshold) == (alike["likeness"], LIKE)


class Near:
    """Published pictures at given distances."""

    def __init__(self, *, bits=128, likeness=0.1, bot="Ada"):
        self._bits, self._likeness, self._bot = bits, likeness, bot

    def by_hash(self, bits):
        return [Neighbour(distance=self._bits, bot=self._bot, candidate_id="1")]

    def by_features(self, judge, features):
        return [Neighbour(likeness=self._likeness, bot=self._bot, candidate_id="2")]


def compared(neighbours, *, seen=True, image=None):
    alignment = PictureAlignment(JUDGE, 0.5, (), (), (1.0,)) if seen else None
    subject = picture(image or lopsided(), neighbours=neighbours, alignment=alignment)
    [result] = NearDuplicate().run(subject)
    return result


@pytest.mark.parametrize(
    ("near", "own", "score"),
    [
        (Near(), "pass", 0.5871),
        (Near(bits=31), "flag", 0.9),
        (Near(bits=32), "pass", 0.8968),
        (Near(bits=0), "flag", 1.0),
        (Near(likeness=0.9), "flag", 0.9),
        (Near(likeness=0.8999, bits=60), "pass", 0.8999),
        (Near(likeness=0.85, bits=20), "flag", 0.9355),
    ],
)
def test_both_measures_of_likeness_are_told_on_one_scale(near, own, score):
    result = compared(near)
    assert (str(result.verdict), result.score, result.threshold) == (own, score, LIKE)


@pytest.mark.parametrize(
    ("near", "threshold", "verdict"),
    [
        (Near(bits=20), 0.95, "pass"),
        (Near(bits=10), 0.95, "flag"),
        (Near(likeness=0.85), 0.8, "flag"),
        (Near(likeness=0.85), 0.9, "pass"),
    ],
)
def test_a_policy_says_what_is_too_like(near, threshold, verdict):
    rules = PolicyRules(checks={"near_duplicate": CheckRule(CheckMode.FLAG, threshold)})
    assert rules.judge(compared(near)).verdict == verdict


def test_what_one_measure_found_without_the_other_no_threshold_lets_pass():
    result = compared(Near(bits=20), seen=False)
    assert (str(result.verdict), result.score) == ("flag", None)
    rules = PolicyRules(checks={"near_duplicate": CheckRule(CheckMode.FLAG, 1.0)})
    assert rules.judge(result).verdict == "flag"


def test_of_what_is_no_duplicate_the_nearest_is_told():
    told = compared(Near(likeness=0.85)).evidence
    near = {"bot": "Ada", "candidate_id": "2", "by": "features", "likeness": 0.85}
    assert told == {"alike": [], "near": near}
    assert compared(Near(likeness=0.79)).evidence == {"alike": []}


@pytest.mark.django_db(transaction=True)
def test_features_of_another_judge_are_not_compared(being_screened, out):
    out(scene(0))
    PictureFingerprint.objects.update(judge="older-judge")
    request = being_screened(lopsided())
    same = packed_features(features_of(scene(0)))
    Alignment.objects.filter(candidate__request=request).update(features=same)
    assert looked_at(request).verdict == "pass"


@pytest.mark.django_db(transaction=True)
def test_without_features_nothing_found_is_unknown_and_no_pass(being_screened, out):
    request = being_screened(lopsided())
    Alignment.objects.all().delete()
    finding = looked_at(request)
    assert (finding.verdict, finding.evidence) == ("unknown", {"note": "not_judged"})


@pytest.mark.django_db(transaction=True)
def test_the_nearest_are_found_behind_many_of_the_bots_own(being_screened, out):
    # given: more of the bot's own pictures than an index looks at in one go
    request = being_screened(scene(0))
    own = [out(scene(0), bot=request.bot, status="superseded") for _ in range(45)]
    version = out(scene(0))
    # when
    with connection.cursor() as cursor:
        cursor.execute("SET enable_seqscan = off")
        cursor.execute("SET enable_sort = off")
    found = PublishedNeighbours(request.candidates.get()).by_hash(
        picture(scene(0)).fingerprint.bits
    )
    # then
    assert len(own) == 45
    assert [each.candidate_id for each in found] == [str(version.candidate_id)]


@pytest.mark.django_db(transaction=True)
def test_publishing_and_withdrawing_say_what_is_out(brand, manager):
    # given: a screened picture of which nothing is out
    request = GenerationRequestFactory(brand=brand, status="approved")
    candidate = rendered(request, scene(0), status="approved")
    found = picture(scene(0)).fingerprint
    PictureFingerprint.objects.create(
        brand=brand, candidate=candidate, pdq=found.bits, quality=found.quality
    )
    by = Actor.person(manager)

    def is_out():
        return PictureFingerprint.objects.get(candidate=candidate).is_out

    # then
    assert not is_out()
    publish_version(
        actor=by, bot=request.bot, candidate=candidate, decision_id=uuid7(), decision={}
    )
    assert is_out()
    take_down(actor=by, bot_id=request.bot_id, reason="A mistake")
    assert not is_out()


@pytest.mark.django_db(transaction=True)
def test_a_bots_own_earlier_picture_and_one_taken_down_are_no_duplicates(being_screened, out):
    request = being_screened(scene(0))
    out(scene(0), bot=request.bot)
    out(scene(0), status="taken_down")
    assert looked_at(request).verdict == "pass"


@pytest.mark.django_db(transaction=True)
def test_a_picture_that_was_never_published_is_no_duplicate(being_screened):
    first = being_screened(scene(0))
    screener.drain(seconds=20)
    assert PictureFingerprint.objects.filter(candidate__request=first).count() == 1
    assert looked_at(being_screened(scene(0))).verdict == "pass"


def test_a_network_that_cannot_be_loaded_does_not_stop_the_screening(monkeypatch, caplog):
    def absent():
        raise ImportError("no such library")

    monkeypatch.setattr("moderation.checks.nudity._detector", absent)
    screener.warm_up()
    [result] = run_check(Nudity(), picture(scene()))
    assert str(result.verdict) == "unknown"
    assert "check_not_loaded" in caplog.text
