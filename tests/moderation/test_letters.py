"""Letters to whom a case waits for: when they go out, to whom, and which are withdrawn."""

from datetime import timedelta

import pytest
from django.core import mail
from django.core.mail.backends.locmem import EmailBackend
from django.utils import timezone

from brandhub.accounts.models import User
from brandhub.common.errors import BrandHubError
from brandhub.jobs.protocol import LeaseLost
from moderation import notifier, sweepers
from moderation.models import Notice
from moderation.notice_queue import TERMS, notice_queue
from moderation.selectors.eligible import still_concerns
from moderation.services.notices import claim_notices, finish_notice, give_up_notice
from tests.moderation.steps import assign, escalate, pass_time
from tests.moderation.test_reviewing import act

pytestmark = pytest.mark.django_db


def letters():
    return [(each.to, each.subject) for each in mail.outbox]


def test_a_letter_goes_out_once_in_both_languages(in_review, reviewer, manager):
    # given
    case = in_review(prompt="a robot with secrets")
    bot = case.request.bot
    bot.name = "Ada\nBcc: x@evil.example"
    bot.save()
    escalate(reviewer, case)
    # when
    assert notifier.drain(seconds=20) == 1
    assert notifier.drain(seconds=20) == 0
    # then
    [letter] = mail.outbox
    assert letter.to == [manager.email]
    assert letter.subject.startswith("Escalated to you: Ada Bcc: x@evil.example / ")
    assert f"/reviews/{case.pk}/" in letter.body
    assert "secrets" not in letter.body
    assert "升级" in letter.body
    notice = Notice.objects.get()
    assert (notice.status, notice.attempts) == ("sent", 1)


def test_a_mail_server_that_is_away_gets_it_later(in_review, reviewer, manager, monkeypatch):
    # given
    escalate(reviewer, in_review())

    def refuse(self, messages):
        raise ConnectionRefusedError

    with monkeypatch.context() as patch:
        patch.setattr(EmailBackend, "send_messages", refuse)
        # when
        notifier.drain(seconds=20)
    # then
    notice = Notice.objects.get()
    assert (notice.status, notice.last_error) == ("queued", "ConnectionRefusedError")
    assert notice.available_at > timezone.now()
    # and at the cap it is given up
    Notice.objects.update(attempts=TERMS.max_attempts - 1, available_at=timezone.now())
    [claimed] = claim_notices(holder="test")
    assert give_up_notice(lease=notice_queue().lease_of(claimed), error="x").status == "failed"


def test_a_worker_that_dies_leaves_its_letter_to_the_sweep(in_review, reviewer, manager):
    escalate(reviewer, in_review())
    [claimed] = claim_notices(holder="test")
    lease = notice_queue().lease_of(claimed)
    Notice.objects.update(lease_until=timezone.now() - timedelta(seconds=1))
    assert sweepers.sweep_expired_notices() == 1
    with pytest.raises(LeaseLost):
        finish_notice(lease=lease)
    assert Notice.objects.get().status == "queued"


def test_who_has_no_address_and_an_installation_without_a_server_get_no_letters(
    in_review, reviewer, manager, settings
):
    manager.email = ""
    manager.save()
    escalate(reviewer, in_review())
    assert not Notice.objects.exists()
    manager.email = "m@people.example"
    manager.save()
    settings.SENDS_EMAIL = False
    escalate(reviewer, in_review())
    assert not Notice.objects.exists()


def test_letters_are_out_of_the_deeds_transaction(in_review, reviewer, manager):
    with pytest.raises(BrandHubError):
        escalate(reviewer, in_review(), "")
    assert (Notice.objects.count(), mail.outbox) == (0, [])


def test_who_is_assigned_the_same_case_again_gets_no_second_letter(in_review, reviewer, manager):
    case = in_review()
    for assignee in (reviewer, None, reviewer):
        assign(manager, case, assignee)
    assert Notice.objects.get().recipient == reviewer


def _deactivated(case, manager):
    User.objects.filter(pk=manager.pk).update(is_active=False)


def _gone(case, manager):
    manager.memberships.all().delete()


def _of_a_lesser_role(case, manager):
    manager.memberships.update(role="reviewer")


def _without_an_address(case, manager):
    User.objects.filter(pk=manager.pk).update(email="")


def _decided(case, manager):
    act("reject", manager, case)


@pytest.mark.parametrize(
    "meanwhile", [_deactivated, _gone, _of_a_lesser_role, _without_an_address, _decided]
)
def test_whom_a_case_no_longer_concerns_gets_no_letter(meanwhile, in_review, reviewer, manager):
    # given: a letter that waits
    case = in_review()
    escalate(reviewer, case)
    # when: something happens before its turn comes
    meanwhile(case, manager)
    notifier.drain(seconds=20)
    # then
    assert mail.outbox == []
    assert Notice.objects.get().status == "withdrawn"


def test_a_letter_that_was_withdrawn_goes_out_when_it_is_true_again(in_review, reviewer, manager):
    # given
    case = in_review()
    assign(manager, case, reviewer)
    assign(manager, case, None)
    notifier.drain(seconds=20)
    assert (mail.outbox, Notice.objects.get().status) == ([], "withdrawn")
    # when
    assign(manager, case, reviewer)
    notifier.drain(seconds=20)
    # then
    assert [to for to, _subject in letters()] == [[reviewer.email]]
    assert Notice.objects.get().status == "sent"


def test_a_letter_that_is_true_again_while_it_is_being_withdrawn_goes_out(
    in_review, reviewer, manager, monkeypatch
):
    # given: a letter to somebody who has the case no more
    case = in_review()
    assign(manager, case, reviewer)
    assign(manager, case, None)

    # when: they get it again after the worker has looked and before it says so
    def looked_then_assigned(notice):
        monkeypatch.undo()
        assert not still_concerns(notice)
        assign(manager, case, reviewer)
        return False

    monkeypatch.setattr(notifier, "still_concerns", looked_then_assigned)
    notifier.drain(seconds=20)

    # then
    assert [to for to, _subject in letters()] == [[reviewer.email]]
    notice = Notice.objects.get()
    assert (notice.status, notice.attempts) == ("sent", 1)


def test_an_overdue_case_that_somebody_else_was_given_is_theirs_alone(
    late, reviewer, colleague, manager
):
    # given: all who may decide it are to be told
    pass_time(late)
    sweepers.sweep_overdue_cases()
    assert Notice.objects.filter(kind="overdue").count() > 1
    # when: a manager gives it to one of them
    assign(manager, late, reviewer)
    notifier.drain(seconds=20)
    # then: they alone are told, of both in one letter
    assert [to for to, _subject in letters()] == [[reviewer.email]]


def test_what_is_due_to_one_person_goes_in_one_letter(in_review, reviewer, colleague, manager):
    # given: two cases before the manager, and one of somebody else's
    escalated = [in_review(), in_review()]
    for case in escalated:
        escalate(reviewer, case)
    other = in_review()
    assign(manager, other, colleague)
    # when
    assert notifier.drain(seconds=20) == 2
    # then
    assert {tuple(to) for to, _subject in letters()} == {(manager.email,), (colleague.email,)}
    [letter] = [each for each in mail.outbox if each.to == [manager.email]]
    assert letter.subject == "2 reviews wait for you / 有 2 个审核等待您处理"
    for case in escalated:
        assert f"/reviews/{case.pk}/" in letter.body
    assert f"/reviews/{other.pk}/" not in letter.body
    assert set(Notice.objects.values_list("status", flat=True)) == {"sent"}


def test_a_letter_that_is_refused_leaves_all_it_tells_of_in_the_queue(
    in_review, reviewer, manager, monkeypatch
):
    for _each in range(2):
        escalate(reviewer, in_review())

    def refuse(self, messages):
        raise ConnectionRefusedError

    monkeypatch.setattr(EmailBackend, "send_messages", refuse)
    notifier.drain(seconds=20)
    assert (
        list(Notice.objects.values_list("status", "last_error"))
        == [("queued", "ConnectionRefusedError")] * 2
    )
