"""The settings file in the person's editor."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import click

from ...store.confinement import refuse_confined
from ...store.errors import Refusal, unwritable
from ...store.settings.private_file import replace_file
from ...store.settings.table import FAMILIES, SETTINGS, text_of


def edit_file(path: Path) -> None:
    """Open the file in the editor that VISUAL or EDITOR names. Refuses with ``editor-failed``, ``file-unwritable`` and
    ``confined``."""
    refuse_confined("running an editor")
    try:
        if not path.exists():
            replace_file(path, template().encode())
    except OSError as error:
        raise unwritable(path, error) from error
    try:
        click.edit(filename=str(path))
    except click.ClickException as error:
        raise Refusal("editor-failed", error.format_message(), "Name an editor that is there in EDITOR.") from error


def template() -> str:
    """A file in which nothing is set yet."""
    return "\n".join(_lines()) + "\n"


def _lines() -> Iterator[str]:
    yield "# Settings of certfleet. Remove the # before a line to set it; `certfleet config check` checks the file."
    for setting in SETTINGS:
        yield ""
        yield f"# {setting.about}"
        yield f"# {setting.kind.says[0].upper()}{setting.kind.says[1:]}; {setting.variable} overrides it."
        default = setting.default if isinstance(setting.default, bool) else text_of(setting.default or "~/fleet")
        yield f"# {setting.name} = " + (str(default).lower() if isinstance(default, bool) else f'"{default}"')
    for family in FAMILIES:
        yield ""
        yield f"# {family.about}"
        table, _, key = family.name_for(family.example).rpartition(".")
        yield f"# [{table}]"
        yield f'# {key} = "{family.value}"'
