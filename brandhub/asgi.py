"""The web process, for any ASGI server: `uvicorn brandhub.asgi:application`."""

import os

from django.core.asgi import get_asgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "brandhub.settings.dev")

application = get_asgi_application()
