"""Brands and who belongs to them."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from brandhub.accounts.models import Brand, Membership, Role, User
from brandhub.audit.record import Actor, record
from brandhub.common.errors import Conflict, FieldError, InvalidInput, NotFound
from brandhub.common.validation import refuse_invalid

_CHANGEABLE = frozenset(
    {"name", "industry", "forbidden_terms", "protected_names", "queue_weight",
     "references_need_rights"}
)  # fmt: skip
#: Words of one list of a brand: every prompt is compared with each.
MOST_WORDS = 500
LONGEST_WORD = 80


@transaction.atomic
def create_brand(*, actor: Actor, slug: str, name: str, industry: str = "") -> Brand:
    """Create a brand. Raises ``InvalidInput``, and ``Conflict`` (``brand_slug_taken``)."""
    brand = Brand(slug=slug, name=name.strip(), industry=industry)
    refuse_invalid(brand)
    try:
        with transaction.atomic():
            brand.save(force_insert=True)
    except IntegrityError as error:
        raise Conflict(_("This short name is taken."), code="brand_slug_taken") from error
    record(actor=actor, action="brand.created", of=brand, brand=brand, slug=slug)
    return brand


@transaction.atomic
def change_brand(*, actor: Actor, brand_id: UUID, **values: Any) -> Brand:
    """Change a brand's name, industry, forbidden terms, protected names, policy of rights or queue
    weight.

    What is not given stays. The trail keeps which fields changed, not the words. Raises
    ``NotFound`` and ``InvalidInput`` with pointers.
    """
    if unknown := set(values) - _CHANGEABLE:
        raise TypeError(f"a brand has no {', '.join(sorted(unknown))} to change")
    brand = Brand.objects.select_for_update(no_key=True).filter(pk=brand_id).first()
    if brand is None:
        raise NotFound(_("There is no such brand."))
    changed = sorted(name for name, value in values.items() if getattr(brand, name) != value)
    if not changed:
        return brand
    for name in changed:
        setattr(brand, name, values[name])
    refuse_invalid(brand)
    for name in ("forbidden_terms", "protected_names"):
        _refuse_unreadable(name, getattr(brand, name))
    brand.save(update_fields=changed)
    record(actor=actor, action="brand.changed", of=brand, brand=brand, fields=changed)
    return brand


@transaction.atomic
def add_member(*, actor: Actor, brand: Brand, user: User, role: Role) -> Membership:
    """Give ``user`` a role in ``brand``, or another role than before: a person has one in a brand.

    Raises ``InvalidInput`` (``unknown_role``), and ``Conflict`` (``last_manager``) where the brand
    would have no manager any more.
    """
    if role not in Role.values:
        detail = _("There is no role “%(role)s”.") % {"role": role}
        raise InvalidInput(
            detail, code="unknown_role", errors=[FieldError("/role", "unknown_role", detail)]
        )
    # Under the brand's lock, so that two managers cannot dismiss each other at once; and under the
    # person's, whose deactivation looks at the brands that they manage.
    Brand.objects.select_for_update(no_key=True).get(pk=brand.pk)
    User.objects.select_for_update(no_key=True).get(pk=user.pk)
    membership, created = Membership.objects.select_for_update(no_key=True).get_or_create(
        brand=brand, user=user, defaults={"role": role}
    )
    if not created and membership.role == role:
        return membership
    before = "" if created else membership.role
    if before == Role.MANAGER:
        _keep_a_manager(membership)
    membership.role = role
    membership.save(update_fields=["role"])
    record(
        actor=actor,
        action="member.added" if created else "member.role_changed",
        of=membership,
        brand=brand,
        user=str(user.pk),
        role=role,
        before=before,
    )
    return membership


@transaction.atomic
def remove_member(*, actor: Actor, brand: Brand, user: User) -> bool:
    """Take ``user`` out of ``brand``; returns whether they were in it.

    Raises ``Conflict`` (``last_manager``) where the brand would have no manager any more.
    """
    Brand.objects.select_for_update(no_key=True).get(pk=brand.pk)
    membership = Membership.objects.select_for_update().filter(brand=brand, user=user).first()
    if membership is None:
        return False
    if membership.role == Role.MANAGER:
        _keep_a_manager(membership)
    record(
        actor=actor,
        action="member.removed",
        of=membership,
        brand=brand,
        user=str(user.pk),
        role=membership.role,
    )
    membership.delete()
    return True


def _keep_a_manager(leaving: Membership) -> None:
    """Raise ``Conflict`` (``last_manager``) unless the brand, locked, has another manager who can
    sign in.
    """
    others = Membership.objects.filter(
        brand_id=leaving.brand_id, role=Role.MANAGER, user__is_active=True
    ).exclude(pk=leaving.pk)
    if not others.exists():
        raise Conflict(
            _("A brand keeps at least one manager. Make somebody else one first."),
            code="last_manager",
        )


def _refuse_unreadable(name: str, words: object) -> None:
    """Raise ``InvalidInput`` for a list that the checks of prompts could not read."""
    if (
        isinstance(words, list)
        and len(words) <= MOST_WORDS
        and all(isinstance(each, str) and _is_word(each) for each in words)
    ):
        return
    detail = _("At most %(most)d texts of at most %(longest)d characters.") % {
        "most": MOST_WORDS,
        "longest": LONGEST_WORD,
    }
    raise InvalidInput(detail, errors=[FieldError(f"/{name}", "invalid_words", detail)])


def _is_word(text: str) -> bool:
    """Whether it is neither empty nor too long, and PostgreSQL can keep it: no zero byte, no half
    of a surrogate pair.
    """
    return 0 < len(text) <= LONGEST_WORD and not any(
        each == "\x00" or "\ud800" <= each <= "\udfff" for each in text
    )
