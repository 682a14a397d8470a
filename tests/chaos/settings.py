"""The product as it runs, plus an app that lets faults and mutants in; nothing else has that app.

Intervals are shortened with the pipeline: seconds become tenths, and their proportions stay.
"""

from brandhub.settings.test import *  # noqa: F403
from brandhub.settings.test import INSTALLED_APPS as _APPS

INSTALLED_APPS = [*_APPS, "tests.chaos.apps.ChaosConfig"]
