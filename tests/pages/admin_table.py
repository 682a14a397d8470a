"""Every model of the web admin: who sees, adds and changes rows there.

A new one needs its line here.
"""

from __future__ import annotations

from dataclasses import dataclass

#: Nobody below a superuser even sees that these exist.
SUPERUSERS = ("superuser",)
MANAGERS = ("manager", "superuser")
REVIEWERS = ("reviewer", *MANAGERS)
EVERYBODY = ("viewer", *REVIEWERS)
NOBODY: tuple[str, ...] = ()


@dataclass(frozen=True)
class Line:
    """``row`` finds the world's row of the model, step by step; "" makes none."""

    row: str
    add: tuple[str, ...] = NOBODY
    change: tuple[str, ...] = NOBODY
    see: tuple[str, ...] = EVERYBODY
    #: Shared by all brands, so that there is no other brand's row to hide.
    shared: bool = False


MODELS = {
    "accounts.user": Line("manager", add=SUPERUSERS, change=SUPERUSERS, see=SUPERUSERS),
    "accounts.brand": Line("brand", add=SUPERUSERS, change=MANAGERS),
    "accounts.apiclient": Line("client", add=MANAGERS, change=MANAGERS),
    "accounts.apikey": Line("key"),
    "audit.auditevent": Line("event", see=MANAGERS),
    "avatars.avatarversion": Line("versions.1"),
    "avatars.bot": Line("bot", add=MANAGERS, change=MANAGERS),
    "avatars.generationrequest": Line("request"),
    "moderation.finding": Line("finding"),
    "moderation.reviewcase": Line("case", see=REVIEWERS),
    "styles.adapterrevision": Line("adapter"),
    "styles.adaptertraining": Line("training"),
    "styles.basemodel": Line("revision.base_model", shared=True),
    "styles.referenceimage": Line("reference"),
    "styles.style": Line("style", add=MANAGERS, change=MANAGERS),
    "webhooks.delivery": Line("delivery", see=MANAGERS),
    "webhooks.webhookendpoint": Line("endpoint", add=MANAGERS, change=MANAGERS, see=MANAGERS),
    "styles.stylerevision": Line("revision", add=MANAGERS, change=MANAGERS),
}
