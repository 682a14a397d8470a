"""The audit trail only grows, whoever asks, and an event stands or falls with its deed."""

import pytest
from django.db import DatabaseError, connection, transaction

from brandhub.audit.models import AuditEvent
from brandhub.audit.record import SYSTEM, Actor, record
from brandhub.common.correlation import correlated
from tests.factories import ApiClientFactory, BrandFactory

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def event():
    brand = BrandFactory()
    with transaction.atomic():
        return record(actor=SYSTEM, action="brand.tested", of=brand, brand=brand)


def test_an_event_says_who_what_and_in_which_request():
    # given
    client = ApiClientFactory()
    brand = client.brands.get()
    # when
    with correlated("req-1"), transaction.atomic():
        record(actor=Actor.client(client), action="brand.tested", of=brand, brand=brand, n=1)
    # then
    event = AuditEvent.objects.get()
    assert (event.actor_kind, event.actor_id) == ("client", client.pk)
    assert (event.object_type, event.object_id) == ("accounts.brand", brand.pk)
    assert (event.correlation_id, event.data) == ("req-1", {"n": 1})


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE audit_auditevent SET action = 'nothing'",
        "DELETE FROM audit_auditevent",
        "TRUNCATE audit_auditevent",
        "TRUNCATE audit_auditevent CASCADE",
    ],
)
def test_nobody_changes_what_is_written(event, statement):
    # when
    with (
        pytest.raises(DatabaseError, match="annot"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(statement)
    # then
    assert AuditEvent.objects.get() == event


def test_an_event_is_gone_with_the_deed_that_was_rolled_back():
    # given
    brand = BrandFactory()

    # when
    with transaction.atomic():
        record(actor=SYSTEM, action="brand.tested", of=brand, brand=brand)
        transaction.set_rollback(True)
    # then
    assert not AuditEvent.objects.exists()


def test_an_event_outside_a_transaction_is_refused():
    brand = BrandFactory()
    with pytest.raises(RuntimeError):
        record(actor=SYSTEM, action="brand.tested", of=brand, brand=brand)
