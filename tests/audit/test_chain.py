"""The chain: every committed event is sealed once and in order, and no change goes unnoticed."""

import io

import pytest
from django.core.management import CommandError, call_command
from django.db import DatabaseError, connection, transaction

from brandhub.audit import chain as sealing
from brandhub.audit.chain import overdue, seal_events, verify_chains
from brandhub.audit.models import AuditEvent, AuditSeal, UnsealedEvent
from brandhub.audit.record import SYSTEM, record
from brandhub.jobs.sweep import sweep
from tests.factories import BrandFactory
from tests.races import elsewhere

pytestmark = pytest.mark.django_db(transaction=True)


def happen(brand, *, n=1, **data):
    with transaction.atomic():
        return [
            record(actor=SYSTEM, action=f"brand.tested_{i}", of=brand, brand=brand, **data)
            for i in range(n)
        ]


def tamper(statement, params=()):
    """What somebody does who may switch the triggers off."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")
        cursor.execute(statement, params)


def places(brand):
    return list(
        AuditSeal.objects.filter(brand=brand)
        .order_by("sequence")
        .values_list("sequence", "event__action")
    )


@pytest.fixture
def brand():
    brand = BrandFactory(slug="acme")
    seal_events()
    return brand


@pytest.fixture
def chain(brand):
    """Five sealed events of one brand."""
    events = happen(brand, n=5, weight=0.1)
    assert seal_events() == 5
    return events


def broken(brand):
    [found] = verify_chains(brand.pk)
    return found.broken and (found.broken.sequence, found.broken.event_id, found.broken.reason)


def test_each_brand_has_a_chain_of_its_own(brand):
    # given
    rival = BrandFactory(slug="rival")
    happen(brand, n=2)
    happen(rival, n=1)
    happen(brand, n=1)
    # when
    seal_events()
    # then
    assert [sequence for sequence, _ in places(brand)] == [1, 2, 3]
    assert [sequence for sequence, _ in places(rival)] == [1]
    assert not UnsealedEvent.objects.exists()
    assert seal_events() == 0


def test_the_sweep_seals(brand):
    happen(brand)
    assert sweep()["audit.seals"] == 1
    assert len(places(brand)) == 1


def test_an_event_that_commits_late_stands_behind_those_that_were_sealed_before(brand):
    # given: an event written first, in a transaction that is still open when others are sealed
    with transaction.atomic():
        record(actor=SYSTEM, action="brand.early", of=brand, brand=brand)
        elsewhere(lambda: (happen(brand), seal_events()))
    # when
    seal_events()
    # then
    assert places(brand) == [(1, "brand.tested_0"), (2, "brand.early")]
    assert broken(brand) is None


def test_of_two_transactions_the_one_that_commits_first_comes_first(brand):
    # given: two transactions at once; the one that wrote first commits last
    with transaction.atomic():
        record(actor=SYSTEM, action="brand.wrote_first", of=brand, brand=brand)
        elsewhere(lambda: happen(brand))
    # when: one sweep finds both
    assert seal_events() == 2
    # then
    assert places(brand) == [(1, "brand.tested_0"), (2, "brand.wrote_first")]
    assert broken(brand) is None


def test_events_that_keep_coming_hold_no_sweep_up(brand, monkeypatch):
    # given: whenever some are sealed another one is committed
    seal_batch, turns = sealing._seal_batch, []

    def and_another():
        assert len(turns) < 3, "the sweep goes on for as long as events come"
        turns.append(seal_batch())
        happen(brand)
        return turns[-1]

    monkeypatch.setattr(sealing, "_seal_batch", and_another)
    happen(brand, n=2)
    # when / then
    assert seal_events() == 2
    assert UnsealedEvent.objects.count() == 1


def test_a_backlog_is_sealed_in_turns_with_the_other_sweepers(brand, monkeypatch):
    # given
    monkeypatch.setattr(sealing, "BATCH", 2)
    monkeypatch.setattr(sealing, "BATCHES", 2)
    happen(brand, n=5)
    # when / then
    assert [seal_events(), seal_events(), seal_events()] == [4, 1, 0]
    assert [sequence for sequence, _ in places(brand)] == [1, 2, 3, 4, 5]
    assert broken(brand) is None


def test_what_is_rolled_back_leaves_no_gap(brand):
    # given
    with transaction.atomic():
        record(actor=SYSTEM, action="brand.undone", of=brand, brand=brand)
        transaction.set_rollback(True)
    happen(brand)
    # when
    seal_events()
    # then
    assert places(brand) == [(1, "brand.tested_0")]


def test_of_two_sealers_at_once_one_seals(brand):
    happen(brand, n=3)
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [0x5EA1])
        assert elsewhere(seal_events) == 0
    assert seal_events() == 3
    assert [sequence for sequence, _ in places(brand)] == [1, 2, 3]


def test_an_event_that_sql_inserts_is_sealed_too(brand):
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO audit_auditevent (actor_kind, action, object_type, correlation_id, data,"
            " brand_id) VALUES ('system', 'by.hand', 'x', '', '{}', %s)",
            [brand.pk],
        )
    seal_events()
    assert places(brand) == [(1, "by.hand")]


def test_a_chain_that_holds_is_said_to_hold(chain, brand):
    said = io.StringIO()
    call_command("verify_audit", "--brand", "acme", stdout=said)
    head = AuditSeal.objects.get(brand=brand, sequence=5).digest
    assert said.getvalue() == f"acme: 5 events hold, last digest {head}\n"


@pytest.mark.parametrize(
    "change",
    [
        "action = 'brand.harmless'",
        "data = '{}'",
        "actor_id = gen_random_uuid()",
        "object_id = gen_random_uuid()",
        "at = at - interval '1 day'",
        "correlation_id = 'other'",
        "actor_kind = 'person'",
        "brand_id = NULL",
    ],
)
def test_a_changed_event_breaks_the_chain_there(chain, brand, change):
    tamper(f"UPDATE audit_auditevent SET {change} WHERE id = %s", [chain[2].pk])  # noqa: S608
    assert broken(brand) == (3, chain[2].pk, "changed")


def test_a_removed_event_breaks_the_chain_there(chain, brand):
    tamper("DELETE FROM audit_auditevent WHERE id = %s", [chain[1].pk])
    assert broken(brand) == (2, chain[1].pk, "missing")


def test_an_event_removed_with_its_seal_breaks_the_chain_there(chain, brand):
    tamper("DELETE FROM audit_auditevent WHERE id = %s", [chain[1].pk])
    tamper("DELETE FROM audit_auditseal WHERE event_id = %s", [chain[1].pk])
    assert broken(brand) == (2, None, "missing")


def test_a_seal_made_anew_breaks_the_link_behind_it(chain, brand):
    tamper("DELETE FROM audit_auditseal WHERE event_id = %s", [chain[1].pk])
    tamper("UPDATE audit_auditseal SET sequence = sequence - 1 WHERE sequence > 2")
    assert broken(brand) == (2, chain[2].pk, "relinked")


def test_the_command_fails_and_names_the_first_broken_link(chain, brand):
    tamper("UPDATE audit_auditevent SET data = '{}' WHERE id = %s", [chain[3].pk])
    tamper("UPDATE audit_auditevent SET data = '{}' WHERE id = %s", [chain[4].pk])
    said = io.StringIO()
    with pytest.raises(CommandError, match="1 chains are broken"):
        call_command("verify_audit", stdout=said)
    assert f"acme: broken at link 4, event {chain[3].pk}: changed" in said.getvalue()


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE audit_auditseal SET digest = ''",
        "DELETE FROM audit_auditseal",
        "TRUNCATE audit_auditseal",
    ],
)
def test_nobody_changes_a_seal(chain, statement):
    with (
        pytest.raises(DatabaseError, match="annot"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(statement)
    assert AuditSeal.objects.filter(event__in=chain).count() == 5


def test_what_waits_too_long_is_counted(brand):
    [event] = happen(brand)
    tamper(
        "UPDATE audit_auditevent SET at = now() - interval '6 seconds' WHERE id = %s", [event.pk]
    )
    assert overdue(seconds=5) == 1
    seal_events()
    assert overdue(seconds=5) == 0
    assert AuditEvent.objects.filter(seal__isnull=True).count() == 0
