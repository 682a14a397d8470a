"""The Chinese catalogue is complete, and keeps every placeholder."""

import re

from babel.messages.pofile import read_po

from brandhub.common import catalogues

_PLACEHOLDER = re.compile(r"%\(\w+\)[sd]|\{\w+\}")


def test_every_text_has_a_sure_translation() -> None:
    assert catalogues.problems() == []


def test_translations_keep_their_placeholders() -> None:
    for language in catalogues.LANGUAGES:
        with catalogues.catalogue_file(language).open("rb") as file:
            catalogue = read_po(file, locale=language)
        for message in catalogue:
            if not message.id:
                continue
            sources = message.id if isinstance(message.id, tuple) else (message.id,)
            wanted = set(_PLACEHOLDER.findall(sources[-1]))
            strings = message.string if isinstance(message.string, tuple) else (message.string,)
            for string in strings:
                assert set(_PLACEHOLDER.findall(string)) == wanted, (message.id, string)


def test_no_translation_is_left_of_a_text_that_is_gone() -> None:
    template = catalogues.extracted()
    for language in catalogues.LANGUAGES:
        with catalogues.catalogue_file(language).open("rb") as file:
            catalogue = read_po(file, locale=language)
        gone = [m.id for m in catalogue if m.id and template.get(m.id, m.context) is None]
        assert gone == []
