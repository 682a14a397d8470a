"""What a reader is shown of the way from one revision to another."""

import pytest

from styles.differences import changes_between, text_pieces
from styles.models import BaseModel, StyleRevision


def revision(**values):
    model = BaseModel(name=values.pop("model", "mini"))
    return StyleRevision(base_model=model, **values)


@pytest.mark.parametrize(
    ("before", "after", "shown"),
    [
        ("a b", "a b", [("same", "a b")]),
        (
            "kind {caption}",
            "very kind {caption}, flat",
            [("new", "very "), ("same", "kind {caption}"), ("new", ", flat")],
        ),
        ("flat robot", "round robot", [("gone", "flat"), ("new", "round"), ("same", " robot")]),
        ("圆脸机器人", "方脸机器人", [("gone", "圆"), ("new", "方"), ("same", "脸机器人")]),
        ("", "frame", [("new", "frame")]),
    ],
)
def test_texts_are_told_word_by_word(before, after, shown):
    assert [(piece.kind, piece.text) for piece in text_pieces(before, after)] == shown


@pytest.mark.django_db
def test_every_field_that_changed_is_named_and_no_other():
    older = revision(
        prompt_template="{caption}",
        default_tags={"subject": "robot", "accessory": ["bow", "badge"]},
        steps=20,
    )
    newer = revision(
        model="maxi",
        prompt_template="kind {caption}",
        default_tags={"subject": "critter", "accessory": ["bow"]},
        steps=25,
    )

    told = changes_between(older, newer, "en")

    assert [change.label for change in told] == [
        "Base model",
        "Prompt template",
        "Sets by itself",
        "Steps",
    ]
    assert (told[0].before, told[0].after) == ("mini", "maxi")
    assert [label.tag for label in told[2].gone] == ["subject:robot", "accessory:badge"]
    assert [label.tag for label in told[2].new] == ["subject:critter"]
    assert (told[3].before, told[3].after) == ("20", "25")
    assert changes_between(newer, newer, "en") == []
