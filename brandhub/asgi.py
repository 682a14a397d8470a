"""The web process, for any ASGI server: `uvicorn brandhub.asgi:application`."""

import os
from concurrent.futures import ThreadPoolExecutor

from django.core.asgi import get_asgi_application

from brandhub.api.body_limit import BodyLimit

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "brandhub.settings.dev")

_django = get_asgi_application()

# Models can be imported from here on.
from brandhub.api.large_bodies import LARGE_DOORS, may_bring_much  # noqa: E402

application = BodyLimit(_django, large_doors=LARGE_DOORS, admits=may_bring_much)


def _refuse_demo_accounts() -> None:
    from brandhub.checks import refuse_demo_accounts

    refuse_demo_accounts()


# In a thread, because servers import this module inside their event loop, where Django's
# database layer refuses to work.
with ThreadPoolExecutor(max_workers=1) as _thread:
    _thread.submit(_refuse_demo_accounts).result()
