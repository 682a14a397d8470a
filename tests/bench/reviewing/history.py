"""A history of decided cases and a queue of open ones, written by PostgreSQL from one row each.

Every column that is not said here is copied from a row that the factories made, so that what the
tables grow by is grown here, too. Keys carry a time, as real ones do: the older, the smaller, and
rows are written in their order.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta

from django.db import connection, models, transaction
from django.utils import timezone

from avatars.models import Candidate, GenerationRequest
from brandhub.accounts.models import Brand, Role, User
from brandhub.common.ids import uuid7_floor
from moderation.models import Decision, Finding, ReviewCase
from moderation.states import OPEN_CASES
from styles.models import Style
from tests import factories

#: Open cases that have all their pictures and findings, as the product writes them.
WHOLE = 5_000
PICTURES = 4
FINDINGS = 6
_BOTS = 50
_STYLES = 5
#: One decision every three seconds: ten million are a year.
_APART = "interval '3 seconds'"
#: So long ago is the last decision; the open cases are younger.
_OLD = "interval '1 day'"
#: From so many rows on, indexes are made afterwards.
_REBUILT_FROM = 50_000
_TABLES = [
    "avatars_generationrequest",
    "avatars_candidate",
    "moderation_reviewcase",
    "moderation_decision",
    "moderation_finding",
]


@dataclass(frozen=True)
class Cast:
    """The brand at work, its people and its styles; half of the rows are another brand's."""

    brand: Brand
    other: Brand
    reviewer: User
    manager: User
    styles: list[Style]


@dataclass(frozen=True)
class _Model:
    """The rows that all others are copies of."""

    request: GenerationRequest
    candidate: Candidate
    case: ReviewCase
    decision: Decision
    finding: Finding


def cast() -> Cast:
    """One reviewer of two brands, each with bots and styles; those of a kept history again."""
    if not Brand.objects.filter(slug="bench").exists():
        _engage()
    brand, other = Brand.objects.get(slug="bench"), Brand.objects.get(slug="other")
    return Cast(
        brand=brand,
        other=other,
        reviewer=User.objects.get(username="reviewer"),
        manager=User.objects.get(username="manager"),
        styles=list(Style.objects.filter(brand=brand).order_by("pk")[:_STYLES]),
    )


@transaction.atomic
def _engage() -> None:
    brand, other = factories.BrandFactory(slug="bench"), factories.BrandFactory(slug="other")
    reviewer = factories.member(brand, Role.REVIEWER, username="reviewer")
    factories.MembershipFactory(brand=other, user=reviewer, role=Role.REVIEWER)
    factories.member(brand, Role.MANAGER, username="manager")
    for each in (brand, other):
        factories.BotFactory.create_batch(_BOTS, brand=each)
    factories.StyleRevisionFactory.create_batch(_STYLES, brand=brand)


def _model(people: Cast) -> _Model:
    request = factories.GenerationRequestFactory(
        bot=people.brand.bots.first(),
        style_revision=people.styles[0].revisions.get(),
        requested_by=people.manager,
    )
    candidate = factories.CandidateFactory(request=request)
    case = factories.ReviewCaseFactory(request=request, style=people.styles[0], kind="prompt")
    return _Model(
        request=request,
        candidate=candidate,
        case=case,
        decision=factories.DecisionFactory(
            case=case, candidate=candidate, reviewer=people.reviewer
        ),
        finding=factories.FindingFactory(candidate=candidate, check_name="palette_distance"),
    )


def write(people: Cast, *, decided: int, open_cases: int) -> None:
    """Leave so many decided cases and so many open ones; what is there of either is kept."""
    if _decided_cases().count() != decided:
        # One transaction: tables that are new in it need no log, and nothing is left half done.
        with transaction.atomic(), _unburdened(rebuilding=decided >= _REBUILT_FROM):
            _clear()
            _write_decided(people, _model(people), decided)
    if ReviewCase.objects.filter(status="open").count() != open_cases:
        with transaction.atomic(), _unburdened():
            _clear_open()
            _write_open(people, _model(people), open_cases)
    with connection.cursor() as cursor:
        began = time.monotonic()
        cursor.execute(f"VACUUM (ANALYZE) {', '.join(_TABLES)}")
        _say_if_long("vacuum", began)
        # Nothing of the writing is left to be done while pages are opened.
        cursor.execute("CHECKPOINT")


def decided_cases() -> int:
    """How many decided cases there are."""
    return _decided_cases().count()


def _decided_cases() -> models.QuerySet[ReviewCase]:
    return ReviewCase.objects.exclude(status__in=sorted(OPEN_CASES))


def _write_decided(people: Cast, model: _Model, count: int) -> None:
    # One moment for all statements: keys are made of it, and rows refer to each other by them.
    at = f"{_now()} - {_OLD} - (({count} - i) * {_APART})"
    common = {"brand_id": _either(people), "created_at": at}
    _copies(
        model.request,
        count,
        id=_key(1, at),
        bot_id=_bot(people),
        status="(ARRAY['approved', 'declined', 'changes_requested', 'approved'])[1 + mod(i, 4)]",
        **common,
    )
    _copies(
        model.candidate,
        count,
        id=_key(2, at),
        request_id=_key(1, at),
        brand_id=_either(people),
        status="CASE WHEN mod(i, 4) IN (0, 3) THEN 'approved' ELSE 'rejected' END",
        pixel_sha256="encode(sha256(i::text::bytea), 'hex')",
    )
    _copies(
        model.case,
        count,
        id=_key(3, at),
        request_id=_key(1, at),
        kind="'image'",
        status="(ARRAY['approved', 'rejected', 'changes_requested', 'approved'])[1 + mod(i, 4)]",
        closed_at=f"{at} + interval '20 minutes'",
        style_id=_style(people),
        verdict="(ARRAY['pass', 'flag', 'pass', 'block'])[1 + mod(i, 4)]",
        **common,
    )
    _copies(
        model.decision,
        count,
        id=_key(4, at),
        case_id=_key(3, at),
        candidate_id=f"CASE WHEN mod(i, 4) IN (0, 3) THEN {_key(2, at)} END",
        action="(ARRAY['approve', 'reject', 'request_changes', 'approve'])[1 + mod(i, 4)]",
        reason_codes="CASE WHEN mod(i, 4) IN (1, 2) THEN ARRAY['off_brand'] ELSE '{}' END",
        brand_id=_either(people),
        created_at=f"{at} + (1 + mod(i, 90)) * interval '1 minute'",
    )
    _copies(
        model.finding,
        count,
        id=_key(5, at),
        request_id=_key(1, at),
        candidate_id=_key(2, at),
        score="(mod(i, 100)) / 100.0",
        verdict="CASE WHEN mod(i, 100) < 25 THEN 'flag' ELSE 'pass' END",
        **common,
    )
    _forget(model)


def _write_open(people: Cast, model: _Model, count: int) -> None:
    """One verdict in a hundred is a block: what a filter looks for is rare."""
    at = f"{_now()} - interval '20 hours' + (i * interval '60 hours' / {3 * max(count, 1)})"
    common = {"brand_id": _either(people), "created_at": at}
    _copies(model.request, count, id=_key(11, at), bot_id=_bot(people), **common)
    _copies(
        model.case,
        count,
        id=_key(13, at),
        request_id=_key(11, at),
        kind="CASE WHEN mod(i, 50) = 0 THEN 'prompt' ELSE 'image' END",
        style_id=_style(people),
        verdict="CASE WHEN mod(i, 100) = 0 THEN 'block'"
        " WHEN mod(i, 10) = 0 THEN 'flag' ELSE 'pass' END",
        **common,
    )
    for index in range(PICTURES):
        # Beyond the whole ones, an open case has one picture: its page is not looked at.
        _copies(
            model.candidate,
            min(count, WHOLE) if index else count,
            id=_key(20 + index, at),
            request_id=_key(11, at),
            brand_id=_either(people),
            index=str(index),
            seed=f"i + {index}",
            pixel_sha256=f"encode(sha256((i::text || '-{index}')::bytea), 'hex')",
        )
        for number in range(FINDINGS):
            _copies(
                model.finding,
                min(count, WHOLE),
                id=_key(100 + 10 * index + number, at),
                request_id=_key(11, at),
                candidate_id=_key(20 + index, at),
                check_name=f"'check_{number}'",
                **common,
            )
    _forget(model)


def _now() -> str:
    return f"timestamptz '{timezone.now().isoformat()}'"


def _copies(row: models.Model, count: int, **columns: str) -> None:
    """``count`` copies of ``row``, numbered ``i`` from 1, with ``columns`` as SQL says."""
    began = time.monotonic()
    table = row._meta.db_table
    names = [field.column for field in row._meta.concrete_fields]
    chosen = ", ".join(columns.get(name, f'model."{name}"') for name in names)
    listed = ", ".join(f'"{name}"' for name in names)
    with connection.cursor() as cursor:
        cursor.execute(  # names and expressions of this module alone
            f"INSERT INTO {table} ({listed}) SELECT {chosen} "  # noqa: S608
            f"FROM generate_series(1, %s) AS i, {table} AS model WHERE model.id = %s",
            [count, row.pk],
        )
    _say_if_long(f"{count:,} rows of {table}", began)


def _say_if_long(what: str, began: float) -> None:
    took = time.monotonic() - began
    if took > 5:
        sys.stderr.write(f"  {what}: {took:.0f} s\n")


def _key(kind: int, at: str) -> str:
    """SQL for the UUIDv7 of the ``i``th row of a kind, made at ``at``."""
    return (
        f"(lpad(to_hex((extract(epoch FROM {at}) * 1000)::bigint), 12, '0')"
        f" || '7{kind:03x}8' || lpad(to_hex(i::bigint), 15, '0'))::uuid"
    )


def _either(people: Cast) -> str:
    return f"CASE WHEN mod(i, 2) = 0 THEN '{people.brand.pk}' ELSE '{people.other.pk}' END::uuid"


def _bot(people: Cast) -> str:
    """A bot of the row's brand."""
    bots = [
        [str(bot) for bot in brand.bots.order_by("pk").values_list("pk", flat=True)[:_BOTS]]
        for brand in (people.brand, people.other)
    ]
    arrays = [f"('{{{','.join(each)}}}'::uuid[])[1 + mod(i / 2, {_BOTS})]" for each in bots]
    return f"CASE WHEN mod(i, 2) = 0 THEN {arrays[0]} ELSE {arrays[1]} END"


def _style(people: Cast) -> str:
    keys = ",".join(str(style.pk) for style in people.styles)
    return f"('{{{keys}}}'::uuid[])[1 + mod(i, {_STYLES})]"


def _forget(model: _Model) -> None:
    """Take the rows out that the others were copied from."""
    with connection.cursor() as cursor:
        for row in (model.finding, model.decision, model.case, model.candidate, model.request):
            cursor.execute(f"DELETE FROM {row._meta.db_table} WHERE id = %s", [row.pk])  # noqa: S608


@contextmanager
def _unburdened(*, rebuilding: bool = False) -> Iterator[None]:
    """Without triggers, and ``rebuilding`` the indexes that no constraint needs afterwards."""
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")
        cursor.execute("SET LOCAL maintenance_work_mem = '1GB'")
        dropped = []
        if rebuilding:
            cursor.execute(
                "SELECT indexname, indexdef FROM pg_indexes WHERE tablename = ANY(%s) AND"
                " NOT EXISTS (SELECT FROM pg_constraint WHERE conname = indexname)",
                [_TABLES],
            )
            dropped = cursor.fetchall()
            for name, _definition in dropped:
                cursor.execute(f'DROP INDEX "{name}"')
        yield
        for name, definition in dropped:
            began = time.monotonic()
            cursor.execute(definition)
            _say_if_long(f"index {name}", began)


def _clear() -> None:
    """Take everything out."""
    with connection.cursor() as cursor:
        for table in reversed(_TABLES):
            cursor.execute(f"TRUNCATE {table} CASCADE")


def _clear_open() -> None:
    """Take out what is as young as the open cases: every decided one is older."""
    oldest = ReviewCase.objects.filter(status__in=sorted(OPEN_CASES)).order_by("pk").first()
    if oldest is None:
        return
    floor = uuid7_floor(oldest.created_at - timedelta(seconds=1))
    with connection.cursor() as cursor:
        for table in reversed(_TABLES):
            cursor.execute(f"DELETE FROM {table} WHERE id >= %s", [floor])  # noqa: S608


def disk() -> str:
    """What the tables and their indexes take."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_size_pretty(sum(pg_table_size(name::regclass))),"
            " pg_size_pretty(sum(pg_indexes_size(name::regclass))) FROM unnest(%s::text[]) AS name",
            [_TABLES],
        )
        tables, indexes = cursor.fetchone()
    return f"{tables} and {indexes} of indexes"
