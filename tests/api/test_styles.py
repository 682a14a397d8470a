"""Published styles, and reading requirements as tags."""

from typing import Any

import pytest

from brandhub.accounts.models import Brand, User
from styles.models import StyleRevision
from tests.api.conftest import Api, as_person, code_of, told
from tests.factories import (
    BaseModelFactory,
    PaletteColourFactory,
    StyleFactory,
    StyleRevisionFactory,
)

pytestmark = pytest.mark.django_db


def test_a_style_is_told_with_palette_and_newest_revision(
    api: Api, brand: Brand, style: StyleRevision
) -> None:
    PaletteColourFactory(brand=brand, name="Blue", hex="#1565c0", role="primary", tolerance=10)
    newest = StyleRevisionFactory(
        style=style.style, base_model=BaseModelFactory(unsupported_tags=["accessory:tie"])
    )
    StyleRevisionFactory(style=style.style, status="draft")

    body = api.get("/api/v1/styles/acme/friendly-robots").json()

    assert body == {
        "name": "acme/friendly-robots",
        "title": style.style.name,
        "description": "",
        "palette": [{"name": "Blue", "hex": "#1565c0", "role": "primary", "tolerance": 10.0}],
        "revision": {
            "number": 2,
            "published_at": newest.published_at.isoformat().replace("+00:00", "Z"),
            "default_tags": {},
            "unsupported_tags": ["accessory:tie"],
            "image_size": 64,
            "family": "avatar-mini",
            "examples": [],
        },
    }
    assert api.get("/api/v1/styles").json()["results"] == [body]


def test_a_revision_can_be_pinned(api: Api, style: StyleRevision) -> None:
    StyleRevisionFactory(style=style.style)

    pinned = api.get("/api/v1/styles/acme/friendly-robots@1").json()

    assert pinned["revision"]["number"] == 1
    assert pinned["revision"]["default_tags"] == {"style": "cartoon"}


def test_a_retired_revision_is_a_conflict(api: Api, style: StyleRevision) -> None:
    StyleRevisionFactory(style=style.style, status="retired")

    assert code_of(api.get("/api/v1/styles/acme/friendly-robots@2")) == (409, "revision_retired")


@pytest.mark.parametrize(
    "name", ["acme/unknown", "nobody/friendly-robots", "acme/friendly-robots@9", "acme/draft"]
)
def test_what_is_not_published_is_404(api: Api, style: StyleRevision, name: str) -> None:
    StyleRevisionFactory(style__brand=style.style.brand, style__slug="draft", status="draft")

    assert code_of(api.get(f"/api/v1/styles/{name}")) == (404, "style_not_found")


def test_anothers_style_is_not_there(stranger: Api, style: StyleRevision) -> None:
    response = stranger.get("/api/v1/styles/acme/friendly-robots")

    assert code_of(response) == (404, "style_not_found")
    assert stranger.get("/api/v1/styles").json()["results"] == []


def test_styles_without_a_published_revision_are_not_listed(
    api: Api, brand: Brand, style: StyleRevision
) -> None:
    StyleFactory(brand=brand)
    StyleRevisionFactory(style__brand=brand, status="draft")

    assert len(api.get("/api/v1/styles").json()["results"]) == 1
    assert api.get("/api/v1/styles?brand=elsewhere").json()["results"] == []


def test_a_viewer_reads_styles(viewer: User, style: StyleRevision) -> None:
    assert as_person(viewer).get("/api/v1/styles").status_code == 200


def test_the_scope_is_needed(api_with: Any, style: StyleRevision) -> None:
    api = api_with("requests:read")

    assert code_of(api.get("/api/v1/styles")) == (403, "missing_scope")
    assert code_of(api.get("/api/v1/styles/acme/friendly-robots")) == (403, "missing_scope")


class TestParsing:
    URL = "/api/v1/requirements/parse"

    def test_words_become_tags(self, api: Api) -> None:
        before = told()

        response = api.post(self.URL, {"text": "戴眼镜的卡通机器人，不要帽子，blorp"})

        assert response.status_code == 200
        assert response.json() == {
            "tags": {"style": "cartoon", "subject": "robot", "eyewear": "glasses"},
            "absent_tags": ["headwear:hat"],
            "not_understood": ["blorp"],
            "read_as": {},
            "language": "zh",
        }
        assert told() == before

    def test_what_a_misspelt_word_was_read_as_is_told(self, api: Api) -> None:
        answer = api.post(self.URL, {"text": "a rebot with eyeglazses"}).json()

        assert answer["tags"] == {"subject": "robot", "eyewear": "glasses"}
        assert answer["read_as"] == {"rebot": "robot", "eyeglazses": "eyeglasses"}

    def test_never_refuses(self, api: Api) -> None:
        answer = api.post(self.URL, {"text": "a robot, never a hat"}).json()

        assert answer["tags"] == {"subject": "robot"}
        assert answer["absent_tags"] == ["headwear:hat"]
        assert answer["not_understood"] == []

    def test_explicit_tags_win(self, api: Api) -> None:
        body = {"text": "a robot with glasses", "tags": {"accessory": ["bow"], "subject": "person"}}

        assert api.post(self.URL, body).json()["tags"] == {
            "subject": "person",
            "eyewear": "glasses",
            "accessory": ["bow"],
        }

    def test_tags_and_words_are_joined_as_a_request_joins_them(self, api: Api) -> None:
        body = {"text": "戴耳机，不要帽子", "tags": {"accessory": ["bow"], "headwear": "cap"}}

        answer = api.post(self.URL, body).json()

        assert answer["tags"] == {"headwear": "cap", "accessory": ["headphones", "bow"]}
        assert answer["absent_tags"] == []

    def test_colours_that_only_a_style_tells_are_named(self, api: Api) -> None:
        answer = api.post(self.URL, {"text": "robot in our colours"}).json()

        assert answer["tags"] == {"subject": "robot"}
        assert answer["not_understood"] == ["our colours"]

    @pytest.mark.parametrize(
        ("body", "pointer", "code"),
        [
            ({"text": "x" * 2001}, "/text", "max_length"),
            ({"tags": {"subject": "unicorn"}}, "/tags/subject", "unknown_tag"),
            ({"tags": {"sub/ject": "robot"}}, "/tags/sub~1ject", "unknown_tag"),
            ({"text": "glasses, no glasses"}, "/text", "contradictory_requirement"),
            ({"prompt": "a robot"}, "/prompt", "unknown_field"),
        ],
    )
    def test_what_cannot_be_read_says_where(
        self, api: Api, body: dict[str, Any], pointer: str, code: str
    ) -> None:
        response = api.post(self.URL, body)

        assert response.status_code == 422
        assert [(each["pointer"], each["code"]) for each in response.json()["errors"]] == [
            (pointer, code)
        ]

    def test_the_scope_is_needed(self, api_with: Any) -> None:
        response = api_with("requests:read").post(self.URL, {"text": "a robot"})

        assert code_of(response) == (403, "missing_scope")
