"""Registering bots."""

from django.db import transaction
from django.utils.translation import gettext as _

from avatars.models import Bot
from brandhub.accounts.models import ApiClient, Brand
from brandhub.audit.record import Actor, record
from brandhub.common.errors import Conflict


@transaction.atomic
def register_bot(
    *,
    actor: Actor,
    brand: Brand,
    client: ApiClient | None,
    external_id: str,
    name: str,
    only_new: bool = False,
    sandbox: bool = False,
) -> tuple[Bot, bool]:
    """Register a bot, or rename the one of that id; return it and whether it is new.

    The id is one of ``client``'s, live or in its sandbox; of a bot without a platform it is one of
    the brand's. Two callers at once get one bot. Raises ``Conflict``: ``bot_brand_fixed`` when the
    bot exists under another brand, for a bot never changes hands; ``bot_exists`` when ``only_new``
    is wanted, as by a person who fills in a form for one that is to be added.
    """
    # What people of one brand register stands in nobody else's way, and tells nobody else of it.
    among = {"brand": brand} if client is None else {}
    bot, created = Bot.objects.select_for_update(no_key=True).get_or_create(
        client=client,
        external_id=external_id,
        sandbox=sandbox,
        **among,
        defaults={"brand": brand, "name": name},
    )
    if bot.brand_id != brand.pk:
        raise Conflict(_("This bot belongs to another brand."), code="bot_brand_fixed")
    if only_new and not created:
        raise Conflict(_("There is a bot of this external id already."), code="bot_exists")
    if created:
        record(actor=actor, action="bot.registered", of=bot, brand=brand, sandbox=sandbox)
    elif bot.name != name:
        bot.name = name
        bot.save(update_fields=["name"])
        record(actor=actor, action="bot.renamed", of=bot, brand=brand, sandbox=sandbox)
    return bot, created
