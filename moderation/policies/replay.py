"""What a policy would have made of the past: by the stored words and scores of the checks.

Reads only. Nothing is drawn again, no verdict is written, nothing is published.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from django.utils.translation import gettext as _

from avatars.models import Candidate, GenerationRequest
from avatars.states import Verdict
from brandhub.common.errors import NotFound
from brandhub.common.keyset import PAGE_SIZE, KeysetPage
from moderation.models import Decision, Finding
from moderation.policies.judging import Judgement, judge_findings
from moderation.policies.rules import PolicyRules
from moderation.states import CaseKind, DecisionAction, FindingVerdict

#: So many of the brand's latest requests are looked at, each with its pictures: what a page can
#: answer with at once, however long the past is.
WINDOW = 500


@dataclass(frozen=True, slots=True)
class Replayed:
    """A requirement (without ``candidate``) or a picture that the policy sees otherwise."""

    request: GenerationRequest
    candidate: Candidate | None
    before: Verdict
    judged: Judgement

    @property
    def key(self) -> str:
        return str(self.candidate.pk if self.candidate is not None else self.request.pk)


@dataclass(frozen=True, slots=True)
class Step:
    """How many went from one verdict to another, or stayed."""

    before: Verdict
    after: Verdict
    count: int


@dataclass(frozen=True, slots=True)
class Replay:
    """What a policy makes of the latest requests of a brand."""

    requests: int
    pictures: int
    #: The requirements' and the pictures' verdicts, each way that occurred.
    requirement_steps: tuple[Step, ...]
    picture_steps: tuple[Step, ...]
    changed: tuple[Replayed, ...]
    #: Requirements and pictures of which a check that the policy asks for has left nothing.
    not_measured: int
    #: Requests whose picture would have gone out without a person.
    approved_at_once: int
    #: Those of them that people have rejected or sent back.
    against_people: int


def replay(rules: PolicyRules, brand_id: UUID) -> Replay:
    """Judge the brand's latest :data:`WINDOW` requests and their pictures by ``rules``.

    Four queries. A check that was off then has left nothing, so what it would have said is not
    known: it counts as a flag, and as not measured.
    """
    requests = list(
        GenerationRequest.objects.live()
        .filter(brand_id=brand_id, is_preview=False)
        .select_related("bot")
        .order_by("-pk")[:WINDOW]
    )
    found = _findings_of([each.pk for each in requests])
    pictures: dict[UUID, list[Candidate]] = {}
    for candidate in (
        Candidate.objects.filter(request__in=requests).exclude(verdict="").order_by("index")
    ):
        pictures.setdefault(candidate.request_id, []).append(candidate)
    said_no = _refused_by_people(requests)

    steps: dict[CaseKind, Counter[tuple[Verdict, Verdict]]] = {
        CaseKind.PROMPT: Counter(),
        CaseKind.IMAGE: Counter(),
    }
    changed: list[Replayed] = []
    not_measured = at_once = against = 0
    for request in requests:
        of_prompt = found.get((request.pk, None), [])
        subjects: list[tuple[Candidate | None, Verdict, Judgement]] = []
        requirement = judge_findings(rules, of_prompt, CaseKind.PROMPT)
        if of_prompt:
            subjects.append((None, _joint(of_prompt), requirement))
        for candidate in pictures.get(request.pk, ()):
            of_picture = found.get((request.pk, candidate.pk), [])
            judged = judge_findings(rules, of_picture, CaseKind.IMAGE)
            subjects.append((candidate, Verdict(candidate.verdict), judged))
        for subject, before, judged in subjects:
            kind = CaseKind.PROMPT if subject is None else CaseKind.IMAGE
            steps[kind][before, judged.verdict] += 1
            not_measured += bool(judged.not_measured)
            if judged.verdict != before:
                changed.append(Replayed(request, subject, before, judged))
        clean = any(subject and judged.verdict == Verdict.PASS for subject, _v, judged in subjects)
        if rules.auto_approve and requirement.verdict == Verdict.PASS and clean:
            at_once += 1
            against += request.pk in said_no
    return Replay(
        requests=len(requests),
        pictures=sum(map(len, pictures.values())),
        requirement_steps=_steps(steps[CaseKind.PROMPT]),
        picture_steps=_steps(steps[CaseKind.IMAGE]),
        changed=tuple(changed),
        not_measured=not_measured,
        approved_at_once=at_once,
        against_people=against,
    )


def page_of(rows: Sequence[Replayed], *, after: str, size: int = PAGE_SIZE) -> KeysetPage:
    """The rows that follow the one with the key ``after``. Raises ``NotFound`` for no such key."""
    start = 0
    if after:
        keys = [row.key for row in rows]
        if after not in keys:
            raise NotFound(_("This page does not exist."))
        start = keys.index(after) + 1
    shown = list(rows[start : start + size])
    more = len(rows) > start + size
    return KeysetPage(rows=shown, next_after=shown[-1].key if more else "", is_first=not after)


def _findings_of(request_ids: Sequence[UUID]) -> dict[tuple[UUID, UUID | None], list[Finding]]:
    """Without their evidence, which is long and says nothing here."""
    found: dict[tuple[UUID, UUID | None], list[Finding]] = {}
    for finding in (
        Finding.objects.filter(request_id__in=request_ids).defer("evidence").order_by("pk")
    ):
        found.setdefault((finding.request_id, finding.candidate_id), []).append(finding)
    return found


def _refused_by_people(requests: Sequence[GenerationRequest]) -> set[UUID]:
    return set(
        Decision.objects.filter(
            case__request__in=requests,
            case__kind=CaseKind.IMAGE,
            action__in=[DecisionAction.REJECT, DecisionAction.REQUEST_CHANGES],
        ).values_list("case__request_id", flat=True)
    )


def _joint(findings: Sequence[Finding]) -> Verdict:
    """What was made of a requirement's findings then."""
    verdicts = {each.verdict for each in findings}
    if FindingVerdict.BLOCK in verdicts:
        return Verdict.BLOCK
    return Verdict.PASS if verdicts == {FindingVerdict.PASS} else Verdict.FLAG


def _steps(counted: Counter[tuple[Verdict, Verdict]]) -> tuple[Step, ...]:
    order = list(Verdict)
    return tuple(
        Step(before, after, counted[before, after])
        for before, after in sorted(counted, key=lambda each: tuple(map(order.index, each)))
    )
