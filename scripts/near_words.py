"""``python -m scripts.near_words LIST…``: the English words that would be read as others.

Prints those of some lists, one word a line, that the reader of requirements takes for misspelt
words of its own. Run it when the vocabulary has grown, and put what is new and no misspelling into
``styles/requirements/near_words.py``.
"""

import os
import re
import sys
from pathlib import Path

import django


def near_words(lists: list[Path]) -> list[str]:
    """The words of ``lists`` that are read as one other word."""
    from styles.requirements.normalising import normalise
    from styles.requirements.spelling import mended

    words = {word for path in lists for word in path.read_text(encoding="utf-8").split()}
    found = []
    for word in sorted(filter(re.compile("[a-z]{4,20}").fullmatch, words)):
        _text, mends = mended(normalise(word))
        if any(mend.heavy for mend in mends):
            found.append(word)
    return found


if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "brandhub.settings.dev")
    django.setup()
    print(*near_words([Path(name) for name in sys.argv[1:]]), sep="\n")
