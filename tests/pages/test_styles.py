"""Making styles and their revisions through the pages, down to the rows."""

from django.test import Client
from django.urls import reverse

from avatars.models import StyleComparison
from brandhub.audit.models import AuditEvent
from styles.models import Style, StyleRevision
from tests import factories
from tests.pages.routes import draft_form
from tests.pages.world import World


def actions() -> list[str]:
    return list(AuditEvent.objects.order_by("id").values_list("action", flat=True))


def test_a_manager_makes_a_style_and_writes_its_first_draft(world: World, client: Client) -> None:
    client.force_login(world.manager)
    answer = client.post(
        reverse("pages:style-new"),
        {
            "brand": world.brand.pk,
            "name": "Round robots",
            "slug": "round-robots",
            "description": "For support",
            "base_model": world.draft.base_model_id,
        },
    )
    draft = StyleRevision.objects.get(style__slug="round-robots")
    assert answer.url == reverse("pages:revision-edit", args=[draft.pk])
    assert (draft.style.brand, draft.style.name) == (world.brand, "Round robots")
    assert (draft.number, draft.status) == (1, "draft")
    assert actions() == ["style.created", "style_revision.created"]


def test_a_style_that_cannot_be_made_leaves_nothing(world: World, client: Client) -> None:
    client.force_login(world.manager)
    before = Style.objects.count()
    answer = client.post(
        reverse("pages:style-new"),
        {
            "brand": world.brand.pk,
            "name": "Again",
            "slug": world.style.slug,
            "base_model": world.draft.base_model_id,
        },
    )
    assert "This brand has a style of that short name already." in answer.content.decode()
    assert Style.objects.count() == before
    assert actions() == []


def test_a_style_is_made_in_ones_own_brands_only(world: World, client: Client) -> None:
    client.force_login(world.stranger)
    answer = client.post(
        reverse("pages:style-new"),
        {
            "brand": world.brand.pk,
            "name": "Intruder",
            "slug": "intruder",
            "base_model": world.draft.base_model_id,
        },
    )
    assert answer.status_code == 200
    assert not Style.objects.filter(slug="intruder").exists()


def test_a_style_is_renamed(world: World, client: Client) -> None:
    client.force_login(world.manager)
    answer = client.post(
        reverse("pages:style-edit", args=[world.style.pk]), {"name": "Kind", "description": "So"}
    )
    world.style.refresh_from_db()
    assert answer.status_code == 302
    assert (world.style.name, world.style.description) == ("Kind", "So")


def test_a_draft_is_saved(world: World, client: Client) -> None:
    client.force_login(world.manager)
    address = reverse("pages:revision-edit", args=[world.draft.pk])
    answer = client.post(address, draft_form(world, tag_background="blue", tag_accessory=["bow"]))
    assert answer.url == address
    world.draft.refresh_from_db()
    assert world.draft.status == "draft"
    assert (world.draft.prompt_template, world.draft.steps) == ("kind {caption}", 5)
    assert world.draft.default_tags == {"background": "blue", "accessory": ["bow"]}
    assert actions() == ["style_revision.changed"]


def test_a_draft_is_saved_and_published_in_one(world: World, client: Client) -> None:
    client.force_login(world.manager)
    answer = client.post(
        reverse("pages:revision-edit", args=[world.draft.pk]), draft_form(world, publish="1")
    )
    assert answer.url == reverse("pages:style-detail", args=[world.style.pk])
    world.draft.refresh_from_db()
    assert (world.draft.status, world.draft.steps) == ("published", 5)
    assert actions() == ["style_revision.changed", "style_revision.published"]


def test_what_is_refused_stands_beside_its_field_and_nothing_is_published(
    world: World, client: Client
) -> None:
    client.force_login(world.manager)
    answer = client.post(
        reverse("pages:revision-edit", args=[world.draft.pk]),
        draft_form(world, prompt_template="no place", publish="1"),
    )
    assert answer.status_code == 200
    page = answer.content.decode()
    assert "A prompt template holds {caption} once." in page
    assert "no place</textarea>" in page
    world.draft.refresh_from_db()
    assert (world.draft.status, world.draft.prompt_template) == ("draft", "friendly {caption}")
    assert actions() == []


def test_the_preview_shows_the_prompt_of_what_stands_in_the_form(
    world: World, client: Client
) -> None:
    client.force_login(world.manager)
    address = reverse("pages:revision-preview", args=[world.draft.pk])
    form = draft_form(
        world, prompt_template="mascot, {caption}", prompt="戴眼镜的机器人", tag_background="blue"
    )
    page = client.post(address, form).content.decode()
    assert "mascot, avatar of a robot, wearing glasses, blue background" in page
    world.draft.refresh_from_db()
    assert world.draft.prompt_template == "friendly {caption}"
    wrong = client.post(address, draft_form(world, prompt_template="{nothing}"))
    assert "A prompt template holds {caption} once." in wrong.content.decode()


def test_the_preview_of_a_draft_reads_nothing_as_what_the_brand_forbids(
    world: World, client: Client
) -> None:
    world.brand.forbidden_terms = ["eyeglasses"]
    world.brand.save()
    client.force_login(world.manager)

    page = client.post(
        reverse("pages:revision-preview", args=[world.draft.pk]),
        draft_form(world, prompt="robot with eyeglazses"),
    )

    assert page.context["composed"].not_understood == ("eyeglazses",)
    assert "eyewear" not in page.context["composed"].tags


def test_a_script_in_a_prompt_is_shown_as_text(world: World, client: Client) -> None:
    client.force_login(world.manager)
    page = client.post(
        reverse("pages:revision-preview", args=[world.draft.pk]),
        draft_form(world, prompt_template="<script>alert(1)</script> {caption}"),
    ).content.decode()
    assert "<script>" not in page
    assert "&lt;script&gt;" in page


def test_a_published_revision_opens_no_form(world: World, client: Client) -> None:
    client.force_login(world.manager)
    address = reverse("pages:revision-edit", args=[world.revision.pk])
    for answer in (client.get(address), client.post(address, draft_form(world))):
        assert answer.url == reverse("pages:style-detail", args=[world.style.pk])
    world.revision.refresh_from_db()
    assert world.revision.prompt_template == "{caption}"
    assert actions() == []


def test_a_new_revision_is_a_copy_and_the_draft_is_gone_on_with(
    world: World, client: Client
) -> None:
    client.force_login(world.manager)
    address = reverse("pages:revision-new", args=[world.style.pk])
    assert client.post(address).url == reverse("pages:revision-edit", args=[world.draft.pk])
    StyleRevision.objects.filter(pk=world.draft.pk).update(status="published")
    answer = client.post(address)
    third = world.style.revisions.get(number=3)
    assert answer.url == reverse("pages:revision-edit", args=[third.pk])
    assert third.prompt_template == "friendly {caption}"


def test_a_retired_revision_is_offered_no_more(world: World, client: Client) -> None:
    client.force_login(world.manager)
    client.post(reverse("pages:revision-retire", args=[world.revision.pk]))
    world.revision.refresh_from_db()
    assert world.revision.status == "retired"
    page = client.get(reverse("pages:request-new")).content.decode()
    assert str(world.revision.pk) not in page


def test_what_changed_is_told_for_any_two_revisions(world: World, client: Client) -> None:
    client.force_login(world.viewer)
    third = factories.StyleRevisionFactory(
        style=world.style, base_model=world.draft.base_model, prompt_template="kind {caption}"
    )
    address = reverse("pages:revision-changes", args=[third.pk])
    page = client.get(address).content.decode()
    assert "From revision 2 to 3" in page
    assert "friendly</del>" in page
    assert "kind</ins>" in page
    assert "From revision 1 to 3" in client.get(f"{address}?since=1").content.decode()
    assert client.get(f"{address}?since=9").status_code == 404
    assert client.get(f"{address}?since=x").status_code == 404
    first = client.get(reverse("pages:revision-changes", args=[world.revision.pk]))
    assert "there is nothing before it" in first.content.decode()


def test_one_click_draws_the_same_seeds_with_both(world: World, client: Client) -> None:
    client.force_login(world.manager)
    changes = client.get(reverse("pages:revision-changes", args=[world.draft.pk]))
    address = reverse("pages:revision-compare", args=[world.draft.pk])
    assert f'action="{address}"' in changes.content.decode()
    answer = client.post(
        address, {"other": world.revision.pk, "prompt": "a robot with glasses, blue background"}
    )
    comparison = StyleComparison.objects.exclude(pk=world.comparison.pk).get()
    assert answer.url == reverse("pages:comparison", args=[comparison.pk])
    both = (comparison.first, comparison.second)
    assert [each.style_revision for each in both] == [world.revision, world.draft]
    assert {each.bot for each in both} == {world.bot}
    assert comparison.first.seed == comparison.second.seed
    # Its requests have no page of their own.
    first = client.get(reverse("pages:request-detail", args=[comparison.first.pk]))
    assert first.url == reverse("pages:comparison", args=[comparison.pk])


def test_a_comparison_without_a_bot_says_what_to_do(world: World, client: Client) -> None:
    client.force_login(world.manager)
    empty = factories.StyleRevisionFactory(brand=factories.BrandFactory(), status="draft")
    factories.StyleRevisionFactory(style=empty.style)
    factories.MembershipFactory(brand=empty.style.brand, user=world.manager, role="manager")
    address = reverse("pages:revision-compare", args=[empty.pk])
    assert "It takes a second revision and a bot" in client.get(address).content.decode()


def test_a_comparison_stays_within_the_style(world: World, client: Client) -> None:
    client.force_login(world.manager)
    other = factories.StyleRevisionFactory(brand=world.brand)
    answer = client.post(
        reverse("pages:revision-compare", args=[world.draft.pk]),
        {"other": other.pk, "prompt": "a robot"},
    )
    assert answer.status_code == 200
    assert StyleComparison.objects.get() == world.comparison
