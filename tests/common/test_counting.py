"""A long list says how long it is at least, and is not counted to its end."""

import pytest
from django.db import connection
from django.template import Context, Template
from django.test.utils import CaptureQueriesContext
from django.utils import translation

from brandhub.accounts.models import Brand
from brandhub.common.counting import AtLeast, BoundedPaginator
from tests.factories import BrandFactory


@pytest.fixture(autouse=True)
def _three_are_counted(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("brandhub.common.counting.COUNTED", 3)


def _pages() -> BoundedPaginator:
    return BoundedPaginator(Brand.objects.order_by("name"), 2)


@pytest.mark.django_db
def test_a_short_list_is_counted_exactly() -> None:
    BrandFactory.create_batch(3)
    pages = _pages()
    assert (pages.count, str(pages.count), pages.num_pages) == (3, "3", 2)


@pytest.mark.django_db
def test_a_long_list_is_counted_to_the_bound_and_not_sorted_for_it() -> None:
    BrandFactory.create_batch(5)
    pages = _pages()
    with CaptureQueriesContext(connection) as captured:
        assert (pages.count, str(pages.count), pages.num_pages) == (3, "3+", 2)
    (asked,) = captured
    assert "LIMIT 4" in asked["sql"]
    assert "ORDER BY" not in asked["sql"]
    # Its last page ends where counting did.
    assert [each.name for each in pages.page(2)] == [Brand.objects.order_by("name")[2].name]


@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_it_is_written_alike_in_either_language(language: str) -> None:
    text = (
        "{% load i18n %}{{ n }} {% blocktranslate count c=n %}{{ c }} result{% plural %}"
        "{{ c }} results{% endblocktranslate %}"
    )
    with translation.override(language):
        written = Template(text).render(Context({"n": AtLeast(2000)}))
    assert written.count("2000+") == 2
