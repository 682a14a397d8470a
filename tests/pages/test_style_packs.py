"""Style packs through the pages: out as a file, in as a draft, and what is said of a bad one."""

from asgiref.sync import async_to_sync
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from brandhub.audit.models import AuditEvent
from styles.models import Style, StyleRevision
from tests.pages.world import World
from tests.styles.packs.packs import Entry, archive, entries_of, manifest_of, plain_pack


def send(world: World, client: Client, pack: bytes, **values):
    client.force_login(world.manager)
    form = {"brand": world.brand.pk, "palette": "add", "logo": "add"} | values
    form["file"] = SimpleUploadedFile("style.zip", pack)
    return client.post(reverse("pages:style-import"), form)


def test_a_manager_exports_a_revision(world: World, client: Client) -> None:
    client.force_login(world.manager)
    answer = client.get(reverse("pages:revision-pack", args=[world.revision.pk]))

    async def whole() -> bytes:
        return b"".join([piece async for piece in answer.streaming_content])

    assert manifest_of(async_to_sync(whole)())["style"]["slug"] == world.style.slug
    event = AuditEvent.objects.order_by("-id").first()
    assert (event.action, event.object_id) == ("style_pack.exported", world.revision.pk)


def test_a_draft_is_not_exported(world: World, client: Client) -> None:
    client.force_login(world.manager)
    address = reverse("pages:revision-pack", args=[world.draft.pk])
    answer = client.get(address, follow=True)
    assert answer.redirect_chain == [(reverse("pages:style-detail", args=[world.style.pk]), 302)]
    assert "Only a published revision is exported." in answer.content.decode()


def test_a_pack_comes_in_as_a_draft(world: World, client: Client) -> None:
    answer = send(world, client, plain_pack(world.revision.base_model))
    draft = StyleRevision.objects.get(style__slug="from-a-pack")
    assert answer.url == reverse("pages:style-detail", args=[draft.style_id])
    assert (draft.status, draft.style.brand) == ("draft", world.brand)
    assert "The pack is a draft now." in client.get(answer.url).content.decode()


def test_what_is_wrong_stands_beside_the_file(world: World, client: Client) -> None:
    pack = archive([*entries_of(plain_pack(world.revision.base_model)), Entry("../x", b"")])
    before = Style.objects.count()
    page = send(world, client, pack).content.decode()
    assert "A style pack has no place for" in page
    assert Style.objects.count() == before


def test_a_name_that_is_taken_is_told_at_its_field(world: World, client: Client) -> None:
    pack = plain_pack(world.revision.base_model, slug=world.style.slug)
    answer = send(world, client, pack)
    assert answer.context["form"].errors["slug"] == [
        f"The brand has a style {world.style.slug} already."
    ]


def test_a_pack_comes_into_ones_own_brands_only(world: World, client: Client) -> None:
    client.force_login(world.stranger)
    form = {"brand": world.brand.pk, "palette": "add", "logo": "add"}
    form["file"] = SimpleUploadedFile("style.zip", plain_pack(world.revision.base_model))
    answer = client.post(reverse("pages:style-import"), form)
    assert answer.status_code == 200
    assert not Style.objects.filter(slug="from-a-pack").exists()


def test_a_box_to_tick_stands_before_its_words(world: World, client: Client) -> None:
    client.force_login(world.manager)
    page = client.get(reverse("pages:style-import")).content.decode()
    box = '<label for="id_join"><input type="checkbox" name="join" id="id_join"> Add a revision'
    assert box in page
