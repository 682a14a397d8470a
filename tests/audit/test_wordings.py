"""Whatever the code records has its words."""

import re
from pathlib import Path

import pytest
from django.conf import settings

from brandhub.audit.templatetags.audit import action_label, kind_label
from brandhub.audit.wordings import ACTIONS

_RECORDED = re.compile(r'action="([a-z_]+\.[a-z_]+)"')
#: Put together where they are recorded.
_COMPOSED = {
    *(f"candidate.{status}" for status in ("failed", "quarantined", "rendered", "screened")),
    *(f"case.{status}" for status in ("approved", "changes_requested", "rejected", "withdrawn")),
    *(f"request.{status}" for status in ("approved", "changes_requested", "declined", "failed")),
}


def test_every_action_has_its_words() -> None:
    recorded = {
        action
        for folder in ("avatars", "brandhub", "moderation", "styles")
        for path in (Path(settings.BASE_DIR) / folder).rglob("*.py")
        for action in _RECORDED.findall(path.read_text())
    }
    assert "request.submitted" in recorded
    assert (recorded | _COMPOSED) - set(ACTIONS) == set()


@pytest.mark.parametrize(
    ("code", "words"), [("case.claimed", "Case taken"), ("of.tomorrow", "of.tomorrow")]
)
def test_an_action_is_told_in_words_and_an_unknown_one_by_its_code(code: str, words: str) -> None:
    assert action_label(code) == words


@pytest.mark.parametrize(
    ("kind", "words"), [("moderation.reviewcase", "review case"), ("of.tomorrow", "of.tomorrow")]
)
def test_an_object_is_told_by_what_it_is(kind: str, words: str) -> None:
    assert kind_label(kind) == words
