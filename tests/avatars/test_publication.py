"""What the world sees of a bot: versions without gaps, one current, and withdrawal that holds."""

import pytest
from django.db import IntegrityError, ProgrammingError, transaction
from django.urls import reverse

from avatars.models import AvatarVersion
from avatars.services.publication import publish_version, roll_back, take_down
from brandhub.audit.models import AuditEvent
from brandhub.audit.record import SYSTEM
from brandhub.common.errors import Conflict, NotFound
from brandhub.common.ids import uuid7
from brandhub.webhooks.models import OutboxEvent
from tests.factories import (
    AvatarVersionFactory,
    BotFactory,
    CandidateFactory,
    GenerationRequestFactory,
    digest_of,
)
from tests.races import InAnotherConnection, together, until_somebody_waits

pytestmark = pytest.mark.django_db(transaction=True)


def approved(bot, *, pixels=None):
    request = GenerationRequestFactory(bot=bot, status="approved")
    values = {"pixel_sha256": digest_of("pixels", pixels)} if pixels else {}
    return CandidateFactory(request=request, status="approved", **values)


def publish(bot, candidate):
    return publish_version(
        actor=SYSTEM, bot=bot, candidate=candidate, decision_id=uuid7(), decision={"by": "test"}
    )


def history(bot):
    return list(bot.versions.order_by("number").values_list("number", "status"))


class TestPublish:
    def test_the_first_version_is_current_and_told(self):
        # given
        bot = BotFactory()
        candidate = approved(bot)
        # when
        version = publish(bot, candidate)
        # then
        assert history(bot) == [(1, "current")]
        assert version.pixel_sha256 == candidate.pixel_sha256
        assert version.published_at is not None
        event = OutboxEvent.objects.get()
        assert (event.type, event.bot_id, event.sequence) == (
            "avatar.version.published",
            bot.pk,
            1,
        )
        assert event.data["number"] == 1
        assert AuditEvent.objects.get().data["decision_id"] == str(version.decision_id)

    def test_its_links_lead_to_the_bot_whatever_its_id_holds(self):
        # given
        bot = BotFactory(external_id="support #4%2?")
        # when
        publish(bot, approved(bot))
        # then
        links = OutboxEvent.objects.get().data["links"]
        assert links["avatar"] == reverse("bot-avatar", args=[bot.external_id])
        assert links["version"] == reverse("version-avatar", args=[bot.external_id, 1])

    def test_the_next_one_supersedes_it(self):
        # given
        bot = BotFactory()
        publish(bot, approved(bot))
        # when
        publish(bot, approved(bot))
        # then
        assert history(bot) == [(1, "superseded"), (2, "current")]
        assert list(OutboxEvent.objects.order_by("id").values_list("sequence", flat=True)) == [1, 2]

    def test_equal_pixels_publish_as_a_no_op(self):
        # given
        bot = BotFactory()
        first = publish(bot, approved(bot, pixels="same"))
        # when
        again = publish(bot, approved(bot, pixels="same"))
        # then
        assert again == first
        assert history(bot) == [(1, "current")]
        assert OutboxEvent.objects.count() == 1

    @pytest.mark.parametrize("status", ["rendered", "screened", "not_selected", "rejected"])
    def test_only_an_approved_picture_is_published(self, status):
        # given
        bot = BotFactory()
        candidate = CandidateFactory(request=GenerationRequestFactory(bot=bot), status=status)
        # when
        with pytest.raises(Conflict) as refused:
            publish(bot, candidate)
        # then
        assert refused.value.error_code == "candidate_not_approved"
        assert history(bot) == []
        assert not OutboxEvent.objects.exists()

    def test_publishing_at_once_numbers_without_gaps(self):
        # given
        bot = BotFactory()
        candidates = [approved(bot) for _ in range(6)]
        # when
        results = together(*[lambda c=c: publish(bot, c) for c in candidates])
        # then
        assert sorted(version.number for version in results) == [1, 2, 3, 4, 5, 6]
        assert [status for _, status in history(bot)] == ["superseded"] * 5 + ["current"]
        assert sorted(OutboxEvent.objects.values_list("sequence", flat=True)) == [1, 2, 3, 4, 5, 6]


class TestRollBack:
    def test_it_makes_the_next_version_with_the_old_pixels(self):
        # given
        bot = BotFactory()
        first = publish(bot, approved(bot))
        publish(bot, approved(bot))
        # when
        version = roll_back(actor=SYSTEM, bot_id=bot.pk, to=1)
        # then
        assert history(bot) == [(1, "superseded"), (2, "superseded"), (3, "current")]
        assert version.pixel_sha256 == first.pixel_sha256
        assert version.decision_id == first.decision_id
        assert version.rolled_back_to == first

    def test_to_what_is_current_is_a_no_op(self):
        # given
        bot = BotFactory()
        first = publish(bot, approved(bot))
        # when / then
        assert roll_back(actor=SYSTEM, bot_id=bot.pk, to=1) == first
        assert history(bot) == [(1, "current")]

    def test_to_a_number_it_never_had_is_not_found(self):
        # given
        bot = BotFactory()
        # when / then
        with pytest.raises(NotFound):
            roll_back(actor=SYSTEM, bot_id=bot.pk, to=1)

    def test_to_what_was_taken_down_is_a_conflict(self):
        # given
        bot = BotFactory()
        publish(bot, approved(bot))
        take_down(actor=SYSTEM, bot_id=bot.pk, reason="wrong logo")
        publish(bot, approved(bot))
        # when
        with pytest.raises(Conflict) as refused:
            roll_back(actor=SYSTEM, bot_id=bot.pk, to=1)
        # then
        assert refused.value.error_code == "version_taken_down"
        assert history(bot) == [(1, "taken_down"), (2, "current")]


class TestTakeDown:
    def test_it_withdraws_every_version_of_the_brand_with_these_pixels(self):
        # given two bots of a brand that wear the same, and a third brand's bot too
        bot = BotFactory()
        sibling, stranger = BotFactory(brand=bot.brand), BotFactory()
        for each in (bot, sibling, stranger):
            publish(each, approved(each, pixels="same"))
        # when
        withdrawn = take_down(actor=SYSTEM, bot_id=bot.pk, reason="wrong logo")
        # then
        assert {version.bot_id for version in withdrawn} == {bot.pk, sibling.pk}
        assert history(bot) == history(sibling) == [(1, "taken_down")]
        assert history(stranger) == [(1, "current")]
        told = OutboxEvent.objects.filter(type="avatar.version.taken_down")
        assert {event.bot_id for event in told} == {bot.pk, sibling.pk}

    def test_withdrawn_pixels_are_not_published_again(self):
        # given
        bot = BotFactory()
        publish(bot, approved(bot, pixels="same"))
        take_down(actor=SYSTEM, bot_id=bot.pk, reason="wrong logo")
        # when
        with pytest.raises(Conflict) as refused:
            publish(bot, approved(bot, pixels="same"))
        # then
        assert refused.value.error_code == "pixels_taken_down"
        assert history(bot) == [(1, "taken_down")]

    def test_a_bot_without_an_avatar_has_nothing_to_take_down(self):
        # given
        bot = BotFactory()
        # when / then
        with pytest.raises(Conflict) as refused:
            take_down(actor=SYSTEM, bot_id=bot.pk, reason="wrong logo")
        assert refused.value.error_code == "nothing_published"

    def test_two_take_downs_at_once_withdraw_once(self):
        # given
        bot = BotFactory()
        publish(bot, approved(bot))
        # when
        work = [lambda: take_down(actor=SYSTEM, bot_id=bot.pk, reason="wrong")] * 2
        results = together(*work)
        # then
        assert sorted(type(result).__name__ for result in results) == ["Conflict", "list"]
        assert OutboxEvent.objects.filter(type="avatar.version.taken_down").count() == 1

    def test_a_bot_that_is_just_being_given_the_pixels_loses_them_too(self):
        # given a sibling's publication that is not committed yet
        bot = BotFactory()
        sibling = BotFactory(brand=bot.brand)
        publish(bot, approved(bot, pixels="same"))
        candidate = approved(sibling, pixels="same")
        withdrawing = InAnotherConnection(
            lambda: take_down(actor=SYSTEM, bot_id=bot.pk, reason="wrong logo")
        )
        # when
        with transaction.atomic():
            publish(sibling, candidate)
            withdrawing.start()
            until_somebody_waits()
        withdrawn = withdrawing.finish()
        # then
        assert {version.bot_id for version in withdrawn} == {bot.pk, sibling.pk}
        assert history(bot) == history(sibling) == [(1, "taken_down")]

    def test_what_was_published_meanwhile_is_not_taken_down_unseen(self):
        # given another picture's publication that is not committed yet
        bot = BotFactory()
        seen = publish(bot, approved(bot, pixels="seen"))
        candidate = approved(bot, pixels="unseen")
        withdrawing = InAnotherConnection(
            lambda: take_down(
                actor=SYSTEM, bot_id=bot.pk, reason="wrong logo", shown=seen.pixel_sha256
            )
        )
        # when
        with transaction.atomic():
            publish(bot, candidate)
            withdrawing.start()
            until_somebody_waits()
        with pytest.raises(Conflict) as refused:
            withdrawing.finish()
        # then
        assert refused.value.error_code == "avatar_changed"
        assert history(bot) == [(1, "superseded"), (2, "current")]

    def test_pixels_that_are_just_being_taken_down_are_given_to_no_bot(self):
        # given a take-down that is not committed yet
        bot = BotFactory()
        sibling = BotFactory(brand=bot.brand)
        publish(bot, approved(bot, pixels="same"))
        candidate = approved(sibling, pixels="same")
        publishing = InAnotherConnection(lambda: publish(sibling, candidate))
        # when
        with transaction.atomic():
            take_down(actor=SYSTEM, bot_id=bot.pk, reason="wrong logo")
            publishing.start()
            until_somebody_waits()
        with pytest.raises(Conflict) as refused:
            publishing.finish()
        # then
        assert refused.value.error_code == "pixels_taken_down"
        assert history(bot) == [(1, "taken_down")]
        assert history(sibling) == []


class TestWhatPostgresqlHolds:
    def test_a_bot_has_one_current_version(self):
        # given
        version = AvatarVersionFactory()
        # when / then
        with pytest.raises(IntegrityError), transaction.atomic():
            AvatarVersionFactory(bot=version.bot, number=2)

    @pytest.mark.parametrize("field", ["pixel_sha256", "file_sha256", "decision", "number"])
    def test_the_lineage_of_a_version_cannot_be_changed(self, field):
        # given
        version = AvatarVersionFactory()
        value = {"number": 9, "decision": {"by": "nobody"}}.get(field, digest_of("other"))
        # when / then
        with pytest.raises(ProgrammingError, match="pgtrigger"), transaction.atomic():
            AvatarVersion.objects.filter(pk=version.pk).update(**{field: value})

    def test_a_version_cannot_be_deleted(self):
        # given
        version = AvatarVersionFactory()
        # when / then
        with pytest.raises(ProgrammingError, match="pgtrigger"), transaction.atomic():
            AvatarVersion.objects.filter(pk=version.pk).delete()
