"""The web process, for any ASGI server: `uvicorn brandhub.asgi:application`."""

import os
from concurrent.futures import ThreadPoolExecutor

import django

from brandhub.api.body_limit import BodyLimit
from brandhub.handler import OneTurnHandler

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "brandhub.settings.dev")

django.setup(set_prefix=False)

# Models can be imported from here on.
from brandhub.api.large_bodies import LARGE_DOORS, may_bring_much  # noqa: E402
from brandhub.checks import refuse_unusable_signer  # noqa: E402
from brandhub.warming import warm_up  # noqa: E402

application = BodyLimit(OneTurnHandler(), large_doors=LARGE_DOORS, admits=may_bring_much)


def _refuse_demo_accounts() -> None:
    from brandhub.checks import refuse_demo_accounts

    refuse_demo_accounts()


# In a thread, because servers import this module inside their event loop, where Django's
# database layer refuses to work.
with ThreadPoolExecutor(max_workers=1) as _thread:
    _thread.submit(_refuse_demo_accounts).result()

refuse_unusable_signer()
warm_up()
