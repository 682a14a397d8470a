"""Every error that a service raises on purpose has a sentence that a page can show."""

import ast
from collections.abc import Iterator
from pathlib import Path

from brandhub.common.errors import Conflict, InvalidInput, Refused
from brandhub.common.sentences import _FIELD_SENTENCES, _SENTENCES, sentence_for
from brandhub.settings.env import BASE_DIR

#: Where errors are raised that no page meets.
_NOT_ON_PAGES = (
    "avatars/api/",
    "brandhub/accounts/callers.py",
    "brandhub/api/",
    "brandhub/inference/",
    "brandhub/webhooks/",
    "moderation/api/",
    "styles/api/",
)
#: Codes of the API's callers and of workers, raised in modules that pages share.
_OF_OTHERS = {
    "bot_ambiguous",
    "file_too_large",
    "invalid_key",
    "lease_lost",
    "rate_limited",
    "unknown_format",
    "unknown_shape",
    "unsupported_media_type",
}
#: The others are told by their kind: whatever is missing, a page says that it is not there.
_KINDS = {"Conflict", "Refused", "InvalidTransition"}


def _calls() -> Iterator[tuple[str, ast.Call, str]]:
    """Every call of a plain name in the product, with the file it stands in."""
    for package in ("brandhub", "styles", "avatars", "moderation"):
        for path in sorted((Path(BASE_DIR) / package).rglob("*.py")):
            name = path.relative_to(BASE_DIR).as_posix()
            if name.startswith(_NOT_ON_PAGES):
                continue
            for node in ast.walk(ast.parse(path.read_text())):
                if isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
                    yield name, node, node.func.id


def _codes_of_errors() -> set[str]:
    raised = {
        str(keyword.value.value)
        for _, call, called in _calls()
        if called in _KINDS
        for keyword in call.keywords
        if keyword.arg == "code" and isinstance(keyword.value, ast.Constant)
    }
    return (raised | {Conflict.code, Refused.code, InvalidInput.code}) - _OF_OTHERS


def _codes_of_fields() -> set[str]:
    """Codes of field errors whose detail is plain English, so that a page must translate them."""
    found = {
        str(call.args[1].value)
        for _, call, called in _calls()
        if called in {"FieldError", "_wrong"}
        and len(call.args) > 2
        and isinstance(call.args[1], ast.Constant)
        and isinstance(call.args[2], ast.Constant | ast.JoinedStr)
    }
    return found - _OF_OTHERS


def test_every_code_has_a_sentence() -> None:
    missing = _codes_of_errors() - set(_SENTENCES)
    assert not missing, f"add to brandhub/common/sentences.py: {sorted(missing)}"


def test_every_field_code_has_a_sentence() -> None:
    known = {key.split()[-1] for key in _FIELD_SENTENCES}
    missing = _codes_of_fields() - known
    assert not missing, f"add to brandhub/common/sentences.py: {sorted(missing)}"


def test_a_code_that_came_later_is_told_by_its_kind() -> None:
    assert sentence_for(Conflict("…", code="from_the_future")) == str(_SENTENCES["conflict"])
