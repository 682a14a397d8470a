"""What surrounds every page: signing in and out, languages, errors, and text that stays text."""

import re
from html.parser import HTMLParser

import pytest
from django.template import engines
from django.test import Client, RequestFactory
from django.urls import reverse
from django.utils import translation

from brandhub.common.error_pages import ErrorPageMiddleware
from brandhub.common.errors import Conflict, NotFound, PlatformFault, Refused
from tests import factories
from tests.pages.routes import Route
from tests.pages.world import World

_SCRIPT = "<script>alert(1)</script>\"'><img src=x onerror=alert(2)>"


class _Reader(HTMLParser):
    """Reads a page as a browser does, and notes what would run or was written by somebody."""

    def __init__(self) -> None:
        super().__init__()
        self.complaints: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        values = dict(attrs)
        if tag == "script" and not (values.get("src") or "").startswith("/static/brandhub/"):
            self.complaints.append(f"a script that is none of ours: {values}")
        if tag == "style" or "style" in values:
            self.complaints.append(f"an inline style on {tag}")
        if values.get("src") == "x":
            self.complaints.append("a tag that somebody wrote")
        self.complaints += [f"a handler: {name}" for name in values if name.startswith("on")]


def test_signing_in_leads_to_where_one_wanted_to_go(world: World, client: Client) -> None:
    answer = client.post(
        "/login/",
        {
            "username": world.viewer.username,
            "password": factories.PASSWORD,
            "next": reverse("pages:bot-list"),
        },
    )
    assert answer.url == reverse("pages:bot-list")


def test_signing_in_leads_to_no_other_site(world: World, client: Client) -> None:
    answer = client.post(
        "/login/",
        {
            "username": world.viewer.username,
            "password": factories.PASSWORD,
            "next": "https://evil.example/",
        },
    )
    assert answer.url == reverse("pages:home")


def test_a_script_is_told_the_next_page_and_not_led_there(world: World, client: Client) -> None:
    # Given a person whose form a script sends,
    client.force_login(world.manager)
    form = {"brand": world.brand.pk, "external_id": "support-9", "name": "Support"}
    # when it is accepted,
    answer = client.post(reverse("pages:bot-register"), form, headers={"X-Arrival": "named"})
    # then the answer names the bot's page, and its message waits there.
    bot = world.brand.bots.get(external_id="support-9")
    assert answer.status_code == 204
    assert answer["Location"] == reverse("pages:bot-detail", args=[bot.pk])
    assert "Support is registered." in client.get(answer["Location"]).content.decode()


@pytest.mark.parametrize(
    ("page", "key", "entry"),
    [
        ("version-detail", "versions.1", "bot-list"),
        ("policy-detail", "policy", "brand-list"),
        ("reference-detail", "reference", "style-list"),
        ("training-detail", "training", "adapter-list"),
        ("revision-changes", "draft", "style-list"),
    ],
)
def test_the_menu_shows_under_what_a_page_stands(
    page: str, key: str, entry: str, world: World, client: Client
) -> None:
    client.force_login(world.manager)
    shown = Route((), key).object_of(world)
    answer = client.get(reverse(f"pages:{page}", args=[shown.pk])).content.decode()
    assert re.findall(r'href="([^"]+)" aria-current="true"><svg', answer) == [
        reverse(f"pages:{entry}")
    ]


def test_a_form_that_came_back_may_be_loaded_again(world: World, client: Client) -> None:
    client.force_login(world.reviewer)
    deed = reverse("pages:review-approve", args=[world.case.pk])
    case = reverse("pages:review-case", args=[world.case.pk])
    assert client.post(deed, {}).status_code == 422
    revealed = f"?reveal={world.candidates[2].pk}"
    assert client.get(f"{deed}{revealed}").url == f"{case}{revealed}"
    # A deed without a page of its own leads to the next one above it, and never out of the house.
    assert client.get(reverse("pages:colour-remove", args=[world.colour.pk])).url == "/brands/"
    assert client.get(reverse("pages:review-next")).url == reverse("pages:review-queue")


def test_signing_in_again_after_a_deed_leads_back_to_its_page(world: World, client: Client) -> None:
    deed = reverse("pages:review-comment", args=[world.case.pk])
    sent_to = client.post(deed, {"text": "Nice ears"}).url
    answer = client.post(
        sent_to, {"username": world.reviewer.username, "password": factories.PASSWORD, "next": deed}
    )
    assert answer.url == deed
    assert client.get(deed).url == reverse("pages:review-case", args=[world.case.pk])
    assert not world.case.comments.exists()


def test_signing_out_needs_a_post_and_ends_the_session(world: World, client: Client) -> None:
    client.force_login(world.viewer)
    assert client.get("/logout/").status_code == 405
    client.post("/logout/")
    assert client.get("/").status_code == 302


def test_five_wrong_passwords_lock_the_name_and_say_for_how_long(
    world: World, client: Client
) -> None:
    for _ in range(5):
        answer = client.post("/login/", {"username": world.viewer.username, "password": "wrong"})
    answer = client.post(
        "/login/", {"username": world.viewer.username, "password": factories.PASSWORD}
    )
    assert answer.status_code == 429
    assert "Wait a quarter of an hour" in answer.content.decode()


def test_the_language_is_chosen_on_any_page_and_stays(world: World, client: Client) -> None:
    client.force_login(world.viewer)
    answer = client.post(
        reverse("set_language"),
        {"language": "zh-hans", "next": reverse("pages:bot-list")},
        follow=True,
    )
    assert '<html lang="zh-hans"' in answer.content.decode()
    assert "您的品牌旗下的全部机器人" in answer.content.decode()
    assert "您的品牌" in client.get(reverse("pages:bot-list")).content.decode()


@pytest.mark.parametrize("language", ["en", "zh-hans"])
@pytest.mark.parametrize("status", [400, 403, 404, 500])
def test_error_pages_stand_alone(status: int, language: str) -> None:
    # Given no request, no person and no database, as when everything is broken,
    with translation.override(language):
        text = engines["django"].get_template(f"{status}.html").render({})
    # then the page is whole and says what to do.
    assert f'<html lang="{language}"' in text
    assert "<h1>" in text
    assert 'href="/"' in text


def test_an_unknown_host_is_a_bad_request_and_no_failure(client: Client) -> None:
    answer = client.get("/", headers={"host": "evil.example"})
    assert answer.status_code == 400
    assert b"<h1>" in answer.content


@pytest.mark.parametrize(
    ("error", "status", "words"),
    [
        (Refused("…", code="role_required"), 403, "Your role in this brand"),
        (NotFound("…"), 404, "There is no such page"),
        (Conflict("…"), 409, "Something changed in the meantime"),
        (PlatformFault("…"), 503, "The platform could not do this now"),
    ],
)
def test_a_services_error_has_its_status_and_a_sentence(
    error: Exception, status: int, words: str
) -> None:
    request = RequestFactory().get("/bots/")
    answer = ErrorPageMiddleware(lambda request: None).process_exception(request, error)
    assert answer.status_code == status
    assert words in answer.content.decode()


def test_other_exceptions_are_nobodys_to_hide() -> None:
    request = RequestFactory().get("/bots/")
    middleware = ErrorPageMiddleware(lambda request: None)
    assert middleware.process_exception(request, ValueError("a bug")) is None


def test_script_in_every_text_stays_text(world: World, client: Client) -> None:
    # Given script in everything that people and platforms write,
    for row, fields in {
        world.brand: ["name", "industry"],
        world.bot: ["name", "external_id"],
        world.style: ["name", "description"],
        world.client: ["name"],
        world.manager: ["first_name", "last_name", "username"],
        world.reviewer: ["first_name"],
        world.request: ["prompt", "negative_prompt", "composed_prompt", "external_id"],
        world.held: ["prompt", "negative_prompt"],
        world.brand.palette.get(): ["name"],
    }.items():
        for name in fields:
            setattr(row, name, _SCRIPT)
        row.save()
    world.request.not_understood = [_SCRIPT]
    world.request.tags = {_SCRIPT: _SCRIPT, "subject": _SCRIPT}
    world.request.absent_tags = [_SCRIPT]
    world.request.save()
    factories.FindingFactory(
        candidate=world.candidates[0],
        check_name="a_newer_check",
        category=_SCRIPT[:40],
        evidence={"text": _SCRIPT, "term": _SCRIPT, "measure": _SCRIPT, "error": _SCRIPT},
    )
    pages = [
        "/",
        reverse("pages:bot-list"),
        reverse("pages:bot-detail", args=[world.bot.pk]),
        reverse("pages:version-detail", args=[world.versions[1].pk]),
        reverse("pages:request-list"),
        reverse("pages:request-new"),
        reverse("pages:request-detail", args=[world.request.pk]),
        reverse("pages:review-queue"),
        reverse("pages:review-case", args=[world.case.pk]),
        reverse("pages:review-case", args=[world.prompt_case.pk]),
        reverse("pages:style-list"),
        reverse("pages:style-detail", args=[world.style.pk]),
    ]
    client.force_login(world.manager)
    for address in pages:
        text = client.get(address).content.decode()
        # then no page has a script but its own files, no handler, and no tag that was written.
        found = _Reader()
        found.feed(text)
        assert found.complaints == [], address


@pytest.mark.parametrize("name", ["base", "plain"])
def test_frames_have_their_landmarks(name: str, world: World, client: Client) -> None:
    if name == "base":
        client.force_login(world.viewer)
    text = client.get("/" if name == "base" else "/login/").content.decode()
    assert '<a class="skip-link" href="#main">' in text
    assert "<main" in text
    assert 'id="main"' in text
    assert "<header" in text
