"""The web process, for any ASGI server: `uvicorn brandhub.asgi:application`."""

import os

from django.core.asgi import get_asgi_application

from brandhub.api.body_limit import BodyLimit

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "brandhub.settings.dev")

application = BodyLimit(get_asgi_application())
