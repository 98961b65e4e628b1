"""Every field of every form says in the help what it is for."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

import certfleet.tui
from certfleet.store.devices.changing import TITLES
from certfleet.store.workspace import Workspace
from certfleet.tui.certificates.request_dialog import _PARTS
from certfleet.tui.dialogs.field_help import ABOUT, about_field
from certfleet.tui.dialogs.form_dialog import FormDialog
from certfleet.tui.dialogs.save_dialog import SaveDialog
from certfleet.tui.policies.edit_dialog import _TEXTS, _TICKS
from docs.make_keys import bound_classes

from ..conftest import Open
from ..driving import shows

NAMED_BY_TABLES = {
    "DeliveryDialog": ["host", "port", "user", "sender", "recipients", "url"],
    "RequestDialog": [f"part_{part}" for part, _, _ in _PARTS],
    "DeviceChangeDialog": list(TITLES),
    "PolicyDialog": [*_TEXTS, *_TICKS],
}


def written_fields() -> Iterator[tuple[str, str]]:
    """The fields that the console's source makes: the class around them (those outside of one are given to
    ``SaveDialog``), and the name of the answer."""
    for file in sorted(Path(next(iter(certfleet.tui.__path__))).rglob("*.py")):
        yield from _fields_in(ast.parse(file.read_text()), SaveDialog.__name__)


def _fields_in(node: ast.AST, around: str) -> Iterator[tuple[str, str]]:
    for one in ast.iter_child_nodes(node):
        if isinstance(one, ast.Call) and isinstance(one.func, ast.Name | ast.Subscript) and one.args:
            called = one.func.value if isinstance(one.func, ast.Subscript) else one.func
            id = one.args[0]
            if ast.unparse(called).endswith("Field") and isinstance(id, ast.Constant) and isinstance(id.value, str):
                yield around, id.value.replace("-", "_")
        yield from _fields_in(one, one.name if isinstance(one, ast.ClassDef) else around)


FIELDS = sorted({*written_fields(), *((form, key) for form, keys in NAMED_BY_TABLES.items() for key in keys)})


def dialogs() -> dict[str, type]:
    bound_classes()  # imports every module of the console
    found: list[type] = [FormDialog]
    for one in found:
        found += one.__subclasses__()
    return {one.__name__: one for one in found}


@pytest.fixture(scope="module")
def forms() -> dict[str, type]:
    return dialogs()


def test_there_are_fields() -> None:
    assert len(FIELDS) > 100


@pytest.mark.parametrize(("form", "key"), FIELDS, ids=[f"{form}-{key}" for form, key in FIELDS])
def test_a_field_says_what_it_is_for(forms: dict[str, type], form: str, key: str) -> None:
    assert about_field(forms[form], key).endswith("."), f"{form} {key} is missing from components/field_help.py"


def test_nothing_is_said_of_fields_that_there_are_not() -> None:
    said = {(form, key) for form, fields in ABOUT.items() for key in fields}
    assert said - set(FIELDS) == {("SourceDialog", "on_conflict")}  # a field of its own class, without an id to read


async def test_the_help_says_it_of_the_field_that_has_the_focus(console: Open, workspace: Workspace) -> None:
    async with console(size=(100, 40)) as pilot:
        await pilot.press("2", "i")
        await shows(pilot, "Import a certificate")
        pilot.app.screen.query_one("#description").focus()
        await pilot.press("f1")
        await shows(pilot, "A description of the first certificate of the chain.")
