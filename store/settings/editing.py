"""Changing the settings file. Comments, order and everything else in it stay."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import tomlkit
from tomlkit.items import Table

from ..confinement import confined_to
from ..errors import Refusal, unwritable
from .file import VARIABLE, SettingsFile
from .private_file import locked, replace_file
from .table import WORKSPACE, find


def set_setting(path: Path, name: str, text: str) -> Any:
    """Set a setting in the file to a value as people type it; returns the value. Makes the file if there is none.

    Refuses with ``unknown-setting``, ``setting-value-invalid``, ``settings-invalid`` (the file as it is),
    ``file-unwritable``, and ``confined``: the workspace of those who are confined is set for them.
    """
    try:
        kind = find(name).kind
    except ValueError as error:
        raise Refusal("unknown-setting", str(error), "`certfleet config list` shows all settings.") from error
    try:
        value = kind.read_text(text)
    except ValueError as error:
        raise Refusal("setting-value-invalid", f"{name}: {error}", f"It takes {kind.says}.") from error
    with _edited(path, name) as (document, keys):
        table: Any = document
        for key in keys[:-1]:
            if key not in table:
                table[key] = tomlkit.table(is_super_table=key != keys[-2])
            table = table[key]
        table[keys[-1]] = kind.write(value)
    return value


def unset_setting(path: Path, name: str) -> bool:
    """Remove a setting from the file; returns whether it stood there. Refuses as ``set_setting`` does."""
    try:
        find(name)
    except ValueError as error:
        raise Refusal("unknown-setting", str(error), "`certfleet config list` shows all settings.") from error
    if name not in SettingsFile.read(path).values:
        return False
    with _edited(path, name) as (document, keys):
        tables: list[Any] = [document]
        for key in keys[:-1]:
            tables.append(tables[-1][key])
        del tables[-1][keys[-1]]
        for key, above in zip(reversed(keys[:-1]), reversed(tables[:-1]), strict=True):
            if len(above[key]) or (isinstance(above[key], Table) and above[key].as_string().strip()):
                break  # a comment may be left in it
            del above[key]
    return True


@contextmanager
def _edited(path: Path, name: str) -> Iterator[tuple[tomlkit.TOMLDocument, tuple[str, ...]]]:
    """The document to change, and the keys that lead to the setting; it is written afterwards."""
    if confined_to() is not None and name == WORKSPACE.name:
        raise Refusal("confined", "the workspace is set here")
    if path.exists() and not path.is_file():
        raise Refusal("file-unwritable", f"{path} is not a regular file", f"Name a file in {VARIABLE}, or unset it.")
    with locked(path):  # where it can't be, writing says why
        file = SettingsFile.read(path)
        document = tomlkit.parse(file.text)
        yield document, file.keys.get(name) or tuple(name.split("."))
        try:
            replace_file(path, tomlkit.dumps(document).encode(), keep_mode=True)
        except OSError as error:
            raise unwritable(path, error, f"Look at the modes of the file and of {path.parent}.") from error
