"""What stands between several things in one line."""

import pytest
from django.utils import translation

from brandhub.common.listing import names, phrases


@pytest.mark.parametrize(
    ("language", "named", "said"),
    [("en", "Ada, Grace", "Flag, below 0.25"), ("zh-hans", "Ada、Grace", "Flag，below 0.25")],
)
def test_each_language_puts_its_own_between(language: str, named: str, said: str) -> None:
    with translation.override(language):
        assert names(["Ada", "Grace"]) == named
        assert phrases(["Flag", "below 0.25"]) == said
