"""A worker's turn at letters: claim one, hand it to the mail server, say that it is out.

What has come due to one person by then goes in one letter. Whom it no longer concerns is not
written to: who has left the brand or was deactivated, whoever need not decide it any more.

A worker that dies between the two last steps lets the letter go out once more: the only way in
which anybody is told twice.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from functools import partial
from smtplib import SMTPException

import structlog
from django.core.mail import EmailMessage
from django.utils import translation
from django.utils.translation import gettext as _

from brandhub.common.links import link_to
from brandhub.jobs.holders import holder_name
from brandhub.jobs.protocol import LeaseLost
from brandhub.jobs.worker_process import stopping
from moderation.models import Notice
from moderation.notice_queue import notice_queue
from moderation.selectors.eligible import still_concerns
from moderation.services.notices import (
    claim_notices,
    finish_notice,
    give_up_notice,
    withdraw_notice,
)
from moderation.states import NoticeKind

log = structlog.get_logger(__name__)

#: A letter says it in both: people have no language on record.
_LANGUAGES = ("en", "zh-hans")


def drain(*, seconds: float) -> int:
    """Send until nothing is due, ``seconds`` have passed or the worker stops; return how many."""
    end = time.monotonic() + seconds
    sent = 0
    while not stopping() and time.monotonic() < end and send_once():
        sent += 1
    return sent


def send_once() -> bool:
    """Claim one letter and see it through. Returns whether one was due."""
    claimed = claim_notices(holder=holder_name())
    if not claimed:
        return False
    told = []
    for notice in claimed:
        if still_concerns(notice):
            told.append(notice)
        else:
            _end(notice, withdraw_notice)
    if not told:
        return True
    try:
        letter_of(told).send()
    except (OSError, SMTPException) as error:
        name = type(error).__name__
        log.warning("letter_not_sent", error=name)
        for notice in told:
            _end(notice, partial(give_up_notice, error=name))
    else:
        for notice in told:
            _end(notice, finish_notice)
    return True


def _end(notice: Notice, end: Callable[..., Notice]) -> None:
    try:
        end(lease=notice_queue().lease_of(notice))
    except LeaseLost:
        log.info("letter_discarded", notice=str(notice.pk))


def letter_of(notices: Sequence[Notice]) -> EmailMessage:
    """The letter to whom ``notices`` are for, in both languages. Without a word of the requirement:
    it leaves the house.
    """
    subjects, paragraphs = [], []
    for language in _LANGUAGES:
        with translation.override(language):
            subjects.append(_subject(notices))
    for notice in notices:
        for language in _LANGUAGES:
            with translation.override(language):
                paragraphs.append(_worded(notice)[1])
        paragraphs.append(link_to("pages:review-case", notice.case_id))
    # A bot's name is what people typed: it must not end the line of the subject.
    subject = " ".join(" / ".join(subjects).split())
    body = "\n\n".join(paragraphs) + "\n"
    return EmailMessage(subject, body, to=[notices[0].recipient.email])


def _subject(notices: Sequence[Notice]) -> str:
    if len(notices) == 1:
        return _worded(notices[0])[0]
    return _("%(count)d reviews wait for you") % {"count": len(notices)}


def _worded(notice: Notice) -> tuple[str, str]:
    case = notice.case
    values = {"bot": case.request.bot.name, "brand": notice.brand.name, "stage": notice.stage}
    if notice.kind == NoticeKind.ESCALATED:
        subject = _("Escalated to you: %(bot)s")
        body = _("A review of %(bot)s (%(brand)s) was escalated and waits for a manager.")
    elif notice.kind == NoticeKind.ASSIGNED:
        subject = _("Assigned to you: %(bot)s")
        body = _("A review of %(bot)s (%(brand)s) was assigned to you.")
    else:
        subject = _("Overdue: %(bot)s")
        body = _("A review of %(bot)s (%(brand)s) is overdue in stage %(stage)d.")
    return subject % values, body % values
