"""BrandHub: brand avatars made by AI, reviewed by people, served by version.

Imports nothing, so that ``brandhub.inference``, ``brandhub.vocabulary`` and
``brandhub.embedded`` work without Django; ``brandhub.apps`` loads the Celery application.
"""

__version__ = "0.1.0"
