"""The trail as managers read it: whole, in pages, and as a file that no spreadsheet runs."""

import csv
import io

import pytest
from django.db import connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from brandhub.audit import pages
from brandhub.audit.chain import seal_events
from brandhub.audit.models import AuditEvent, AuditSeal
from brandhub.audit.record import SYSTEM, Actor, record
from brandhub.common.correlation import correlated
from tests.factories import ApiClientFactory, BotFactory, BrandFactory, UserFactory, member
from tests.loops import run_coroutine
from tests.plans import indexes_of, plan_of

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def brand():
    return BrandFactory(slug="acme")


@pytest.fixture
def reader(brand):
    client = Client()
    client.force_login(member(brand, "manager"))
    return client


def happen(brand, *, by=None, of=None, texts=None, **data):
    with transaction.atomic():
        actor = by or Actor.person(UserFactory(first_name="Ada", last_name="Quixley"))
        return record(
            actor=actor, action="brand.tested", of=of or brand, brand=brand, texts=texts, **data
        )


def shown(reader, brand, query=""):
    answer = reader.get(reverse("pages:audit-trail", kwargs={"pk": brand.pk}) + query)
    assert answer.status_code == 200
    return answer.content.decode(), [row.pk for row in answer.context["page"].rows]


async def pieces_of(answer):
    return [piece async for piece in answer.streaming_content]


def exported(reader, brand, query=""):
    answer = reader.get(reverse("pages:audit-export", kwargs={"pk": brand.pk}) + query)
    assert answer["Content-Type"] == "text/csv; charset=utf-8"
    # A synchronous one would be read to its end before an ASGI server sent the first byte.
    assert answer.is_async
    text = b"".join(run_coroutine(pieces_of(answer))).decode("utf-8-sig")
    return list(csv.DictReader(io.StringIO(text)))


def test_an_event_is_shown_with_its_link_its_actor_and_its_words(brand, reader):
    # given
    happen(brand, texts={"comment": "Nice <ears>"}, weight=3)
    seal_events()
    # when
    html, rows = shown(reader, brand)
    # then
    assert len(rows) == 1
    digest = AuditSeal.objects.get(brand=brand).digest
    for words in ("Ada Quixley", "Nice &lt;ears&gt;", "link 1", digest, "&quot;weight&quot;: 3"):
        assert words in html


def test_what_waits_for_its_seal_says_so(brand, reader):
    happen(brand)
    assert "not sealed yet" in shown(reader, brand)[0]


def test_an_event_of_a_sandbox_says_so(brand, reader):
    happen(brand)
    assert "In a sandbox" not in shown(reader, brand)[0]

    happen(brand, sandbox=True)

    assert shown(reader, brand)[0].count("In a sandbox") == 1


def test_pages_follow_each_other_without_gap_or_repetition(brand, reader, monkeypatch):
    # given
    monkeypatch.setattr(pages, "_PAGE", 2)
    happened = [happen(brand).pk for _ in range(5)]
    # when
    seen, query = [], ""
    while True:
        html, rows = shown(reader, brand, query)
        seen += rows
        if 'rel="next"' not in html:
            break
        query = f"?after={rows[-1]}"
    # then
    assert seen == happened[::-1]


def test_the_trail_is_of_one_brand_and_by_what_was_asked_for(brand, reader):
    # given
    client = ApiClientFactory(brands=[brand])
    bot = BotFactory(brand=brand)
    by_client = happen(brand, by=Actor.client(client)).pk
    about_bot = happen(brand, of=bot).pk
    happen(BrandFactory())
    # then
    assert shown(reader, brand)[1] == [about_bot, by_client]
    assert shown(reader, brand, "?by=client")[1] == [by_client]
    assert shown(reader, brand, f"?about={bot.pk}")[1] == [about_bot]
    assert shown(reader, brand, "?about=nothing")[1] == []


def test_one_kind_of_actor_is_read_from_its_index(brand, reader):
    """Else who asks for what platforms did reads all that a brand ever did."""
    for _ in range(200):
        happen(brand, by=SYSTEM)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE audit_auditevent")
    with CaptureQueriesContext(connection) as captured:
        shown(reader, brand, "?by=client")
    [asked] = [each["sql"] for each in captured if "'client'" in each["sql"]]
    assert "audit_by_actor" in indexes_of(plan_of(asked))


def test_the_export_holds_every_event_and_no_words(brand, reader, monkeypatch):
    # given: more than one batch
    monkeypatch.setattr(pages, "_CHUNK", 2)
    happened = [happen(brand, texts={"comment": "Nice ears"}) for _ in range(5)]
    seal_events()
    # when
    rows = exported(reader, brand)
    # then
    assert [row["sequence"] for row in rows] == ["1", "2", "3", "4", "5"]
    assert [row["object_id"] for row in rows] == [str(brand.pk)] * 5
    assert rows[0]["digest"] == happened[0].seal.digest
    assert happened[0].data["commitments"]["comment"] in rows[0]["data"]
    assert "Nice ears" not in str(rows)


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t", "\r"])
def test_a_cell_is_no_formula(brand, reader, start):
    with correlated(f"{start}HYPERLINK(1)"):
        happen(brand)
    [row] = exported(reader, brand)
    assert row["request_id"] == f"'{start}HYPERLINK(1)"


def test_reading_leaves_no_trace_to_read(brand, reader):
    happen(brand)
    before = AuditEvent.objects.count()
    shown(reader, brand)
    exported(reader, brand)
    assert AuditEvent.objects.count() == before
