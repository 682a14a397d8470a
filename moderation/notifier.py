"""A worker's turn at letters: claim one, hand it to the mail server, say that it is out.

A worker that dies between the two last steps lets the letter go out once more: the only way in
which anybody is told twice.
"""

from __future__ import annotations

import time
from smtplib import SMTPException

import structlog
from django.core.mail import EmailMessage
from django.utils import translation
from django.utils.translation import gettext as _

from brandhub.common.links import link_to
from brandhub.jobs.inheritance import holder_name
from brandhub.jobs.protocol import LeaseLost
from brandhub.jobs.worker_process import stopping
from moderation.models import Notice
from moderation.notice_queue import notice_queue
from moderation.services.notices import claim_notice, finish_notice, give_up_notice
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
    notice = claim_notice(holder=holder_name())
    if notice is None:
        return False
    lease = notice_queue().lease_of(notice)
    try:
        try:
            letter_of(notice).send()
        except (OSError, SMTPException) as error:
            log.warning("letter_not_sent", error=type(error).__name__)
            give_up_notice(lease=lease, error=type(error).__name__)
        else:
            finish_notice(lease=lease)
    except LeaseLost:
        log.info("letter_discarded", notice=str(notice.pk))
    return True


def letter_of(notice: Notice) -> EmailMessage:
    """The letter, in both languages. Without a word of the requirement: it leaves the house."""
    subjects, bodies = [], []
    for language in _LANGUAGES:
        with translation.override(language):
            subject, body = _worded(notice)
        subjects.append(subject)
        bodies.append(body)
    link = link_to("pages:review-case", notice.case_id)
    # A bot's name is what people typed: it must not end the line of the subject.
    subject = " ".join(" / ".join(subjects).split())
    return EmailMessage(subject, "\n\n".join([*bodies, link]) + "\n", to=[notice.recipient.email])


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
