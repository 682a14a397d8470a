"""What of people's words cases and findings keep, and how it is emptied for good.

These rows refuse every change. Only here are their triggers passed by, and only to empty them.
"""

from __future__ import annotations

from collections.abc import Iterable
from uuid import UUID

import pgtrigger
from django.utils.translation import gettext as _

from brandhub.common.errors import Conflict
from moderation.locking import lock_case_with_request
from moderation.models import CaseComment, Decision, Finding, ReviewCase
from moderation.states import OPEN_CASES

#: What is left of a finding's evidence; pages say so.
ERASED_EVIDENCE = {"erased": True}


def erase_case_texts(case_id: UUID) -> int:
    """Empty the comments on a case and on its decisions; who decided what and why stays.

    Returns how many held something. Raises ``Conflict`` (``case_open``) while the case waits for a
    decision: whoever decides has to read what was said before.
    """
    _request, case = lock_case_with_request(case_id)
    _refuse_open([case])
    with pgtrigger.ignore("moderation.CaseComment:never_changed"):
        comments = CaseComment.objects.filter(case_id=case_id).exclude(text="").update(text="")
    with pgtrigger.ignore("moderation.Decision:never_changed"):
        decisions = Decision.objects.filter(case_id=case_id).exclude(comment="").update(comment="")
    return comments + decisions


def erase_quoted_texts(request_id: UUID) -> int:
    """Empty the evidence of what the checks found in a request's words, which quotes them.

    The request's own eraser has locked it. Returns how many findings quoted something. Raises
    ``Conflict`` (``case_open``) while a case about it waits for a decision: of a request whose
    pictures were all blocked one does, though the request itself is over.
    """
    _refuse_open(ReviewCase.objects.filter(request_id=request_id))
    quoting = Finding.objects.filter(request_id=request_id, candidate=None).exclude(
        evidence__in=[{}, ERASED_EVIDENCE]
    )
    with pgtrigger.ignore("moderation.Finding:never_changed"):
        return quoting.update(evidence=ERASED_EVIDENCE)


def _refuse_open(cases: Iterable[ReviewCase]) -> None:
    if any(case.status in OPEN_CASES for case in cases):
        raise Conflict(_("A case about this is open; decide it first."), code="case_open")
