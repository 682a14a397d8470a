"""English dates for readers everywhere: a month by its name can't be taken for a day.

Like those that the pages' script makes with ``Intl`` (``en-GB`` in ``app.js``).
"""

DATE_FORMAT = SHORT_DATE_FORMAT = "j M Y"  # 30 Nov 2026
TIME_FORMAT = "H:i"  # 19:40
DATETIME_FORMAT = SHORT_DATETIME_FORMAT = "j M Y, H:i"  # 30 Nov 2026, 19:40
YEAR_MONTH_FORMAT = "F Y"
MONTH_DAY_FORMAT = "j M"
FIRST_DAY_OF_WEEK = 1
DATE_INPUT_FORMATS = ["%Y-%m-%d", "%d %b %Y"]
DATETIME_INPUT_FORMATS = ["%Y-%m-%d %H:%M:%S", "%Y-%m-%d %H:%M", "%d %b %Y, %H:%M"]
