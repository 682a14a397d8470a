"""Brands, members, clients, keys: what is written, what is refused, what is never kept."""

from __future__ import annotations

import hashlib
from datetime import timedelta
from functools import partial

import pytest
from django.contrib.auth.models import AnonymousUser
from django.db import connection, transaction
from django.utils import timezone

from brandhub.accounts.keys import KeyRefused, key_of
from brandhub.accounts.models import ApiClient, ApiKey, Brand, Membership
from brandhub.accounts.permissions import has_role, require_role
from brandhub.accounts.services import (
    add_member,
    change_brand,
    change_person,
    create_brand,
    create_client,
    issue_key,
    remove_member,
    revoke_key,
)
from brandhub.audit.models import AuditEvent
from brandhub.audit.record import SYSTEM
from brandhub.common.errors import Conflict, InvalidInput, NotFound, Refused
from brandhub.common.sentences import sentence_for
from tests.factories import ApiClientFactory, ApiKeyFactory, BrandFactory, UserFactory, member
from tests.races import InAnotherConnection, together, until_somebody_waits

pytestmark = pytest.mark.django_db


def events() -> list[tuple[str, dict]]:
    return list(AuditEvent.objects.order_by("id").values_list("action", "data"))


class TestKeys:
    def test_a_key_is_shown_once_and_only_its_digest_is_kept(self):
        client = ApiClientFactory()

        key, text = issue_key(
            actor=SYSTEM, client=client, name="CI", scopes=["requests:write", "bots:write"]
        )

        mode, prefix, secret = text.removeprefix("bh_").split("_", 2)
        assert (mode, prefix) == ("live", key.prefix)
        assert len(secret) == 43  # 256 bits in base64url without padding
        assert key.sha256 == hashlib.sha256(text.encode()).hexdigest()
        assert key.scopes == ["bots:write", "requests:write"]
        assert key_of(text) == key
        with connection.cursor() as cursor:
            cursor.execute("SELECT accounts_apikey::text FROM accounts_apikey")
            assert secret not in str(cursor.fetchall())
        assert secret not in str(events())

    def test_no_two_keys_are_alike(self):
        client = ApiClientFactory()
        texts = {
            issue_key(actor=SYSTEM, client=client, name=str(n), scopes=[])[1] for n in range(20)
        }
        assert len(texts) == 20

    def test_a_personal_token(self):
        user = UserFactory()
        end = timezone.now() + timedelta(days=1)

        key, text = issue_key(actor=SYSTEM, user=user, name="mine", scopes=[], expires_at=end)

        assert text.startswith("bh_live_")
        assert (key.client_id, key.user_id, key.expires_at) == (None, user.pk, end)

    def test_a_test_key_of_a_client(self):
        client = ApiClientFactory()

        key, text = issue_key(
            actor=SYSTEM, client=client, name="trial", scopes=["bots:write"], mode="test"
        )

        assert text.startswith(f"bh_test_{key.prefix}_")
        assert (key_of(text), key.mode) == (key, "test")
        (event,) = events()
        assert (event[0], event[1]["mode"]) == ("key.issued", "test")

    def test_no_test_key_for_a_person(self):
        with pytest.raises(InvalidInput) as refusal:
            issue_key(actor=SYSTEM, user=UserFactory(), name="k", scopes=[], mode="test")

        assert [(e.pointer, e.code) for e in refusal.value.errors] == [
            ("/mode", "test_key_of_person")
        ]
        assert not ApiKey.objects.exists()

    @pytest.mark.parametrize(
        ("values", "pointer", "code"),
        [
            ({"scopes": ["bots:write", "root"]}, "/scopes/1", "unknown_scope"),
            ({"mode": "prod"}, "/mode", "unknown_mode"),
            ({"mode": "test", "scopes": ["adapters:write"]}, "/scopes/0", "live_scope"),
            ({"mode": "test", "scopes": ["styles:write"]}, "/scopes/0", "live_scope"),
            ({"mode": "test", "scopes": ["references:write"]}, "/scopes/0", "live_scope"),
            (
                {"expires_at": timezone.now() - timedelta(seconds=1)},
                "/expires_at",
                "in_the_past",
            ),
        ],
    )
    def test_wrong_values_issue_nothing(self, values, pointer, code):
        with pytest.raises(InvalidInput) as refusal:
            issue_key(
                actor=SYSTEM,
                client=ApiClientFactory(),
                **{"name": "k", "scopes": [], **values},
            )
        assert [(e.pointer, e.code) for e in refusal.value.errors] == [(pointer, code)]
        assert not ApiKey.objects.exists()

    def test_a_key_has_one_holder(self):
        with pytest.raises(ValueError, match="a client's or a person's"):
            issue_key(actor=SYSTEM, name="k", scopes=[])
        with pytest.raises(ValueError, match="a client's or a person's"):
            issue_key(
                actor=SYSTEM, name="k", scopes=[], client=ApiClientFactory(), user=UserFactory()
            )

    def test_a_revoked_key_opens_nothing(self):
        _key, text = issue_key(actor=SYSTEM, client=ApiClientFactory(), name="k", scopes=[])
        key = key_of(text)

        revoke_key(actor=SYSTEM, key_id=key.pk)
        revoke_key(actor=SYSTEM, key_id=key.pk)

        with pytest.raises(KeyRefused) as refusal:
            key_of(text)
        assert refusal.value.error_code == "key_revoked"
        assert [action for action, _data in events()] == ["key.issued", "key.revoked"]
        with pytest.raises(NotFound):
            revoke_key(actor=SYSTEM, key_id=ApiClientFactory().pk)

    def test_a_key_with_another_secret_is_refused(self):
        key = ApiKeyFactory()
        forged = key.secret[:-1] + ("A" if key.secret[-1] != "A" else "B")
        with pytest.raises(KeyRefused):
            key_of(forged)


class TestBrandsAndMembers:
    def test_a_brand_is_created_once(self):
        brand = create_brand(actor=SYSTEM, slug="acme", name="Acme", industry="tools")

        assert Brand.objects.get() == brand
        with pytest.raises(Conflict) as conflict:
            create_brand(actor=SYSTEM, slug="acme", name="Another")
        assert conflict.value.error_code == "brand_slug_taken"
        assert events() == [("brand.created", {"slug": "acme"})]

    @pytest.mark.parametrize(
        ("slug", "name", "pointer"), [("a b", "A", "/slug"), ("a", "", "/name")]
    )
    def test_a_brand_that_is_not_valid(self, slug, name, pointer):
        with pytest.raises(InvalidInput) as refusal:
            create_brand(actor=SYSTEM, slug=slug, name=name)
        assert [error.pointer for error in refusal.value.errors] == [pointer]

    def test_a_person_has_one_role_in_a_brand(self):
        brand, user = BrandFactory(), UserFactory()

        add_member(actor=SYSTEM, brand=brand, user=user, role="viewer")
        add_member(actor=SYSTEM, brand=brand, user=user, role="viewer")
        add_member(actor=SYSTEM, brand=brand, user=user, role="reviewer")

        assert Membership.objects.get().role == "reviewer"
        assert [(action, data["before"], data["role"]) for action, data in events()] == [
            ("member.added", "", "viewer"),
            ("member.role_changed", "viewer", "reviewer"),
        ]
        with pytest.raises(InvalidInput):
            add_member(actor=SYSTEM, brand=brand, user=user, role="king")

    @pytest.mark.parametrize("leaves", [True, False])
    def test_the_last_manager_stays(self, leaves):
        # given: one manager who can sign in, one who cannot, and others
        brand = BrandFactory()
        manager = member(brand, "manager")
        member(brand, "manager", is_active=False)
        member(brand, "reviewer")
        # when they leave, or take a lesser role
        deed = remove_member if leaves else partial(add_member, role="viewer")
        with pytest.raises(Conflict) as conflict:
            deed(actor=SYSTEM, brand=brand, user=manager)
        # then nothing has changed until there is another
        assert conflict.value.error_code == "last_manager"
        assert manager.memberships.get().role == "manager"
        assert not AuditEvent.objects.exists()
        member(brand, "manager")
        assert remove_member(actor=SYSTEM, brand=brand, user=manager)

    def test_the_last_manager_stays_active(self):
        # given: a manager of two brands; one has another who can sign in, the other one who cannot
        lonely, shared = BrandFactory(name="Lonely"), BrandFactory(name="Shared")
        manager = member(lonely, "manager")
        member(shared, "manager")
        Membership.objects.create(brand=shared, user=manager, role="manager")
        member(lonely, "manager", is_active=False)
        member(lonely, "reviewer")
        # when their account is deactivated
        with pytest.raises(Conflict) as conflict:
            change_person(actor=SYSTEM, person_id=manager.pk, is_active=False, email="x@y.example")
        # then it is refused with the brand's name, nothing changed, until there is another
        assert (conflict.value.error_code, conflict.value.extra) == (
            "manages_alone",
            {"brands": "Lonely"},
        )
        assert sentence_for(conflict.value) == (
            "Lonely would be left without a manager. Make somebody else one there first."
        )
        manager.refresh_from_db()
        assert (manager.is_active, manager.email == "x@y.example") == (True, False)
        assert not AuditEvent.objects.exists()
        member(lonely, "manager")
        assert not change_person(actor=SYSTEM, person_id=manager.pk, is_active=False).is_active

    @pytest.mark.parametrize("name", ["forbidden_terms", "protected_names"])
    @pytest.mark.parametrize(
        "words",
        [
            *("word", {"a": 1}, [7], ["x" * 81], [""], [f"word {n}" for n in range(501)]),
            *(["a\x00b"], ["\ud800"]),
        ],
    )
    def test_words_that_the_checks_cannot_read_are_refused(self, name, words):
        brand = BrandFactory()
        with pytest.raises(InvalidInput) as refusal:
            change_brand(actor=SYSTEM, brand_id=brand.pk, **{name: words})
        assert [(e.pointer, e.code) for e in refusal.value.errors] == [
            (f"/{name}", "invalid_words")
        ]
        brand.refresh_from_db()
        assert getattr(brand, name) == []

    def test_a_member_leaves(self):
        brand = BrandFactory()
        user = member(brand, "viewer")

        assert remove_member(actor=SYSTEM, brand=brand, user=user)
        assert not remove_member(actor=SYSTEM, brand=brand, user=user)

        assert not Membership.objects.exists()
        assert [action for action, _data in events()] == ["member.removed"]

    def test_a_client_is_recorded_in_each_of_its_brands(self):
        brands = [BrandFactory(), BrandFactory()]
        owner = UserFactory()

        client = create_client(actor=SYSTEM, name="Bots", owner=owner, brands=brands)

        assert set(client.brands.all()) == set(brands)
        recorded = AuditEvent.objects.filter(action="client.created")
        assert {event.brand_id for event in recorded} == {brand.pk for brand in brands}

    def test_a_client_without_name_or_brand(self):
        with pytest.raises(InvalidInput) as refusal:
            create_client(actor=SYSTEM, name=" ", owner=UserFactory(), brands=[])
        assert [error.pointer for error in refusal.value.errors] == ["/name", "/brands"]
        assert not ApiClient.objects.exists()


class TestRoles:
    def test_roles_count_in_their_own_brand_only(self):
        brand, other = BrandFactory(), BrandFactory()
        reviewer = member(brand, "reviewer")

        assert has_role(reviewer, brand, "reviewer")
        assert has_role(reviewer, brand.pk, "manager", "reviewer")
        assert not has_role(reviewer, brand, "manager")
        assert not has_role(reviewer, other, "reviewer")
        assert not has_role(AnonymousUser(), brand, "reviewer")
        with pytest.raises(Refused) as refusal:
            require_role(reviewer, other, "reviewer")
        assert refusal.value.error_code == "role_required"

    def test_a_superuser_has_every_role_while_active(self):
        brand = BrandFactory()
        root = UserFactory(is_superuser=True)

        require_role(root, brand, "manager")
        root.is_active = False
        assert not has_role(root, brand, "manager")


@pytest.mark.django_db(transaction=True)
def test_a_person_added_twice_at_once_is_a_member_once():
    brand, user = BrandFactory(), UserFactory()

    results = together(
        *[lambda: add_member(actor=SYSTEM, brand=brand, user=user, role="viewer").pk] * 4
    )

    assert len(set(results)) == 1
    assert Membership.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_two_managers_cannot_dismiss_each_other_at_once():
    brand = BrandFactory()
    ada, bea = member(brand, "manager"), member(brand, "manager")

    done = together(
        lambda: remove_member(actor=SYSTEM, brand=brand, user=ada),
        lambda: remove_member(actor=SYSTEM, brand=brand, user=bea),
    )

    assert sum(each is True for each in done) == 1
    assert [each.error_code for each in done if isinstance(each, Conflict)] == ["last_manager"]
    assert brand.memberships.filter(role="manager").count() == 1


@pytest.mark.django_db(transaction=True)
def test_two_managers_cannot_be_deactivated_at_once():
    brand = BrandFactory()
    ada, bea = member(brand, "manager"), member(brand, "manager")

    done = together(
        lambda: change_person(actor=SYSTEM, person_id=ada.pk, is_active=False),
        lambda: change_person(actor=SYSTEM, person_id=bea.pk, is_active=False),
    )

    assert [each.error_code for each in done if isinstance(each, Conflict)] == ["manages_alone"]
    assert brand.memberships.filter(role="manager", user__is_active=True).count() == 1


@pytest.mark.django_db(transaction=True)
def test_a_manager_leaves_while_the_other_is_deactivated():
    brand = BrandFactory()
    ada, bea = member(brand, "manager"), member(brand, "manager")

    with transaction.atomic():
        # given: the one leaves, and has not yet committed when the other is deactivated
        remove_member(actor=SYSTEM, brand=brand, user=ada)
        other = InAnotherConnection(
            lambda: change_person(actor=SYSTEM, person_id=bea.pk, is_active=False)
        ).start()
        until_somebody_waits()

    with pytest.raises(Conflict) as conflict:
        other.finish()
    assert conflict.value.error_code == "manages_alone"
    assert brand.memberships.get().user.is_active


@pytest.mark.django_db(transaction=True)
def test_a_person_who_is_just_made_a_manager_is_not_deactivated_unseen():
    brand, user = BrandFactory(), UserFactory()
    leaver = member(brand, "manager")

    with transaction.atomic():
        # given: they get their role while their account is being deactivated
        add_member(actor=SYSTEM, brand=brand, user=user, role="manager")
        other = InAnotherConnection(
            lambda: change_person(actor=SYSTEM, person_id=user.pk, is_active=False)
        ).start()
        until_somebody_waits()

    # then the deactivation finds a brand that it had not looked at
    with pytest.raises(Conflict) as conflict:
        other.finish()
    assert conflict.value.error_code == "conflict"
    assert remove_member(actor=SYSTEM, brand=brand, user=leaver)
    assert brand.memberships.get().user.is_active
