"""People's accounts. What they may do in a brand is a membership, which is not made here."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.db import IntegrityError, transaction
from django.db.models import Exists, OuterRef
from django.utils.translation import gettext as _

from brandhub.accounts.models import Brand, Membership, Role, User
from brandhub.audit.record import Actor, record
from brandhub.common.errors import Conflict, NotFound, Refused

_CHANGEABLE = frozenset(
    {"username", "first_name", "last_name", "email", "is_active", "is_staff", "is_superuser"}
)


@transaction.atomic
def create_person(*, actor: Actor, username: str, password: str, **values: Any) -> User:
    """Create an account. The password has passed the validators of the form that took it.

    Raises ``Conflict`` (``username_taken``).
    """
    _refuse_unknown(values)
    person = User(username=username, **values)
    person.set_password(password)
    _save(person, force_insert=True)
    record(actor=actor, action="person.created", of=person, brand=None, **_powers(person))
    return person


@transaction.atomic
def change_person(
    *, actor: Actor, person_id: UUID, password: str | None = None, **values: Any
) -> User:
    """Change an account; a ``password`` replaces the old one. What is not given stays.

    Raises ``NotFound``; ``Conflict``: ``username_taken``, or ``manages_alone`` for one who is the
    last manager of a brand that can sign in, and would not any more; and ``Refused``
    (``own_powers``) for superusers who would take their own powers away: the last one could lock
    everybody out.
    """
    _refuse_unknown(values)
    deactivates = values.get("is_active") is False
    # Brands before people, as where a role is given; their managers may go together otherwise.
    managed = _lock_managed(person_id) if deactivates else set()
    person = User.objects.select_for_update(no_key=True).filter(pk=person_id).first()
    if person is None:
        raise NotFound(_("There is no such person."))
    loses = any(values.get(name) is False for name in ("is_active", "is_staff", "is_superuser"))
    if person.pk == actor.person_id and loses and person.is_superuser:
        raise Refused(_("Let another superuser take your own powers away."), code="own_powers")
    if deactivates and person.is_active:
        _refuse_alone(person, managed)
    changed = sorted(name for name, value in values.items() if getattr(person, name) != value)
    for name in changed:
        setattr(person, name, values[name])
    if password is not None:
        person.set_password(password)
        changed.append("password")
    if changed:
        _save(person, update_fields=changed)
        record(
            actor=actor,
            action="person.changed",
            of=person,
            brand=None,
            fields=changed,
            **_powers(person),
        )
    return person


def _lock_managed(person_id: UUID) -> set[UUID]:
    """Lock the brands that the person manages, and return their keys."""
    brands = Brand.objects.filter(memberships__user=person_id, memberships__role=Role.MANAGER)
    locked = Brand.objects.select_for_update(no_key=True).filter(pk__in=brands.values("pk"))
    return {brand.pk for brand in locked.order_by("pk")}


def _refuse_alone(person: User, locked: set[UUID]) -> None:
    """Raise ``Conflict`` (``manages_alone``) unless each brand of theirs has another manager who
    can sign in.
    """
    managed = Brand.objects.filter(memberships__user=person, memberships__role=Role.MANAGER)
    if managed.exclude(pk__in=locked).exists():
        # Made manager of a further brand since the brands were locked.
        raise Conflict(_("This person's roles have just changed."))
    others = Membership.objects.filter(
        brand=OuterRef("pk"), role=Role.MANAGER, user__is_active=True
    ).exclude(user=person)
    if alone := list(managed.exclude(Exists(others)).values_list("name", flat=True)):
        brands = ", ".join(alone)
        raise Conflict(
            _("%(brands)s would be left without a manager.") % {"brands": brands},
            code="manages_alone",
            brands=brands,
        )


def _refuse_unknown(values: dict[str, Any]) -> None:
    if unknown := set(values) - _CHANGEABLE:
        raise TypeError(f"a person has no {', '.join(sorted(unknown))} to set")


def _save(person: User, **how: Any) -> None:
    try:
        with transaction.atomic():
            person.save(**how)
    except IntegrityError as error:
        raise Conflict(_("This user name is taken."), code="username_taken") from error


def _powers(person: User) -> dict[str, Any]:
    return {
        "is_active": person.is_active,
        "is_staff": person.is_staff,
        "is_superuser": person.is_superuser,
    }
