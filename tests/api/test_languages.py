"""Problems in the reader's language: every sentence that an error is raised with is translated."""

import ast
import re
from collections.abc import Iterable, Iterator
from pathlib import Path

import pytest
from django.utils import translation
from django.utils.translation import gettext
from rest_framework import exceptions as drf
from rest_framework.fields import BigIntegerField, Field, FloatField

from brandhub.accounts.models import ApiClient, Brand
from brandhub.common.catalogues import extracted
from brandhub.common.errors import BrandHubError
from brandhub.settings.env import BASE_DIR
from tests.api.conftest import Api, as_person
from tests.api.operations import OPERATIONS
from tests.api.world import make_world
from tests.factories import GenerationRequestFactory

_PACKAGES = ("brandhub", "styles", "avatars", "moderation")
#: What has no reader with a language: workers, commands, what stands before HTTP is understood.
_WITHOUT_READERS = ("brandhub/inference/", "brandhub/demo/", "brandhub/vocabulary/")
_TRANSLATING = {"_", "gettext", "gettext_lazy", "ngettext", "pgettext"}
_CHINESE = re.compile(r"[\u4e00-\u9fff]")
#: Three words of English in a row are a sentence, or a part of one; a name has fewer.
_ENGLISH = re.compile(r"[A-Za-z][a-z']+(?: [A-Za-z][a-z']*){2}")


def _subclasses(kind: type) -> Iterator[type]:
    for each in kind.__subclasses__():
        yield each
        yield from _subclasses(each)


#: Names that errors are made by, and which argument is the sentence.
_ERRORS = {each.__name__: 0 for each in (BrandHubError, *_subclasses(BrandHubError))}
_ERRORS |= {each.__name__: 0 for each in (drf.APIException, *_subclasses(drf.APIException))}
_ERRORS |= {"ErrorDetail": 0, "FieldError": 2, "_plain": 2}
#: Attributes of classes that are sentences, or tables of them.
_SENTENCES = {"title", "default_detail", "default_error_messages"}


def _name(call: ast.Call) -> str:
    return call.func.attr if isinstance(call.func, ast.Attribute) else getattr(call.func, "id", "")


class _Module:
    """One file of the product: its sentences, followed back to where they are written."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.tree = ast.parse(path.read_text())
        self.functions = {n.name: n for n in ast.walk(self.tree) if isinstance(n, ast.FunctionDef)}
        self.tables = {
            target.id: node.value
            for node in self.tree.body
            if isinstance(node, ast.Assign)
            for target in node.targets
            if isinstance(target, ast.Name)
        }
        #: Functions of this module that are handed a sentence, and as which argument.
        self.carriers: dict[str, int] = {}

    def untranslated(self) -> list[str]:
        """What is written in English and told as it stands, with its line."""
        found = [
            text
            for node in ast.walk(self.tree)
            if isinstance(node, ast.ClassDef)
            for field in node.body
            if isinstance(field, ast.Assign | ast.AnnAssign) and field.value is not None
            for target in (field.targets if isinstance(field, ast.Assign) else [field.target])
            if isinstance(target, ast.Name) and target.id in _SENTENCES
            for text in self._plain(field.value, None)
        ]
        calls = list(self._calls(self.tree, None))
        told = dict(_ERRORS)
        # A function that hands its own argument on is itself something that errors are made by.
        while True:
            for call, within in calls:
                found += self._of_call(call, within, told)
            if self.carriers.items() <= told.items():
                return sorted(set(found))
            told |= self.carriers

    def _calls(
        self, node: ast.AST, within: ast.FunctionDef | None
    ) -> Iterator[tuple[ast.Call, ast.FunctionDef | None]]:
        for child in ast.iter_child_nodes(node):
            if isinstance(child, ast.Call):
                yield child, within
            yield from self._calls(child, child if isinstance(child, ast.FunctionDef) else within)

    def _of_call(
        self, call: ast.Call, within: ast.FunctionDef | None, told: dict[str, int]
    ) -> Iterable[str]:
        place = told.get(_name(call))
        if place is None:
            return []
        sentences = [*call.args[place : place + 1]]
        sentences += [each.value for each in call.keywords if each.arg == "detail"]
        return [text for each in sentences for text in self._plain(each, within)]

    def _plain(self, node: ast.AST, within: ast.FunctionDef | None) -> Iterator[str]:
        match node:
            case ast.Call() if _name(node) in _TRANSLATING:
                return
            case ast.Call() if _name(node) in self.functions:
                for inner in ast.walk(self.functions[_name(node)]):
                    if isinstance(inner, ast.Return) and inner.value is not None:
                        yield from self._plain(inner.value, self.functions[_name(node)])
            case ast.Constant(value=str(text)) if re.search("[a-z]", text):
                yield f"{node.lineno}: {text}"
            case ast.JoinedStr() if any(isinstance(part, ast.Constant) for part in node.values):
                yield f"{node.lineno}: {ast.unparse(node)}"
            case ast.BinOp(left=left, op=ast.Mod()):
                yield from self._plain(left, within)
            case ast.Dict(values=values):
                for value in values:
                    yield from self._plain(value, within)
            case ast.Subscript(value=ast.Name(id=table)) if table in self.tables:
                yield from self._plain(self.tables[table], within)
            case ast.Name(id=name) if within is not None:
                yield from self._assigned(name, within)
            case ast.Call(func=ast.Attribute(attr="format", value=value)):
                yield from self._plain(value, within)
            case ast.Call(func=ast.Name(id="str"), args=[inner]):
                yield from self._plain(inner, within)
            case ast.IfExp(body=body, orelse=orelse):
                yield from self._plain(body, within)
                yield from self._plain(orelse, within)

    def _assigned(self, name: str, within: ast.FunctionDef) -> Iterator[str]:
        arguments = [each.arg for each in (*within.args.posonlyargs, *within.args.args)]
        if name in arguments:
            at = arguments.index(name) - (arguments[0] in {"self", "cls"})
            self.carriers[within.name] = at
        for node in ast.walk(within):
            if isinstance(node, ast.Assign) and any(
                isinstance(target, ast.Name) and target.id == name for target in node.targets
            ):
                yield from self._plain(node.value, within)


def _modules() -> Iterator[_Module]:
    for package in _PACKAGES:
        for path in sorted((Path(BASE_DIR) / package).rglob("*.py")):
            name = path.relative_to(BASE_DIR).as_posix()
            if not name.startswith(_WITHOUT_READERS) and "/management/" not in name:
                yield _Module(path)


def _is_chinese(text: str) -> bool:
    return bool(_CHINESE.search(text)) and not _ENGLISH.search(text)


def test_every_sentence_that_an_error_is_raised_with_is_translated() -> None:
    plain = [
        f"{module.path.relative_to(BASE_DIR)}:{text}"
        for module in _modules()
        for text in module.untranslated()
    ]

    assert plain == []


@pytest.mark.parametrize(
    "source",
    [
        'raise NotFound("There is none.")',
        'raise NotFound(f"There is no {name}.")',
        'errors = [FieldError("/a", "b", "It is wrong.")]',
        'class Late(Conflict):\n    title = "Too late"',
        'def f():\n    detail = "It is wrong."\n    raise InvalidInput(detail)',
        'def g(code, detail):\n    return InvalidInput(detail)\nraise g("c", "It is wrong.")',
        'def h(n):\n    return f"At most {n}."\nraise InvalidInput(h(3))',
        'T = {"a": "It is wrong."}\ndef f(a):\n    raise InvalidInput(T[a].format(a=a))',
    ],
)
def test_a_sentence_in_english_is_found_wherever_it_is_written(source: str, tmp_path: Path) -> None:
    path = tmp_path / "module.py"
    path.write_text(source)

    assert len(_Module(path).untranslated()) == 1


def test_no_translation_of_a_sentence_is_english() -> None:
    with translation.override("zh-hans"):
        english = [
            text
            for message in extracted()
            if isinstance(text := message.id, str)
            and text.endswith(".")
            and not _is_chinese(gettext(text))
        ]

    assert english == []


def test_the_frameworks_own_messages_are_chinese() -> None:
    # Of those of DRF's that read nothing here: a body's numbers are read by ``Number``.
    kinds = {Field, *_subclasses(Field)} - {BigIntegerField, FloatField}
    with translation.override("zh-hans"):
        english = {
            text
            for kind in kinds
            if kind.__module__.split(".")[0] in {"rest_framework", "brandhub", "styles", "avatars"}
            for message in getattr(kind, "default_error_messages", {}).values()
            if not _is_chinese(text := str(message))
        }

    assert english == set()


@pytest.mark.parametrize("kind", sorted(_subclasses(BrandHubError), key=lambda each: each.__name__))
def test_every_kind_of_error_has_a_chinese_title(kind: type[BrandHubError]) -> None:
    with translation.override("zh-hans"):
        assert _is_chinese(str(kind.title))


@pytest.mark.django_db
@pytest.mark.parametrize(
    "name", [name for name, each in OPERATIONS.items() if each.body and not each.is_upload]
)
def test_what_is_wrong_with_a_body_is_said_in_chinese(
    name: str, brand: Brand, platform: ApiClient
) -> None:
    world = make_world(brand, platform)
    operation = OPERATIONS[name]
    people = {"manager": world.manager, "reviewer": world.reviewer}
    api = (
        Api(world.key.secret) if operation.for_clients else as_person(people[min(operation.roles)])
    )
    body = {"nonsense": 1, "prompt": 1} | dict.fromkeys(operation.content(world))

    response = api.send(
        operation.method, operation.address(world), body, Accept_Language="zh-CN,zh;q=0.9"
    )

    assert response.status_code == 422, response.content
    problem = response.json()
    told = [problem["title"], problem["detail"], *(each["detail"] for each in problem["errors"])]
    assert [text for text in told if not _is_chinese(text)] == []


@pytest.mark.django_db
def test_states_are_called_in_a_sentence_as_the_pages_call_them(
    api: Api, brand: Brand, platform: ApiClient
) -> None:
    row = GenerationRequestFactory(brand=brand, client=platform, status="approved")
    path = f"/api/v1/requests/{row.pk}/cancel"

    english = api.post(path).json()
    chinese = api.post(path, Accept_Language="zh-CN").json()

    assert english["detail"] == "This is “Approved” and cannot become “Cancelled”."
    assert chinese["detail"] == "当前状态为“已批准”，不能变为“已取消”。"
    for problem in (english, chinese):
        told = (problem["code"], problem["current"], problem["target"])
        assert told == ("invalid_transition", "approved", "cancelled")


@pytest.mark.django_db
def test_a_limit_is_told_in_the_language_of_each_who_crosses_it(api: Api) -> None:
    """DRF words a field's limit once; the fields of a body are kept for all calls."""
    path, body = "/api/v1/requirements/parse", {"text": "x" * 2001}

    [english] = api.post(path, body).json()["errors"]
    [chinese] = api.post(path, body, Accept_Language="zh-CN").json()["errors"]

    assert english["code"] == chinese["code"] == "max_length"
    assert english["detail"] == "Ensure this field has no more than 2000 characters."
    assert chinese["detail"] == "请确保这个字段不能超过 2000 个字符。"
