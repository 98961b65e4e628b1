"""``certfleet config``: the person's settings."""

from __future__ import annotations

import os
from typing import Any

import click
from click.shell_completion import CompletionItem

from ...store.errors import Refusal
from ...store.persistence.done_before import note_change
from ...store.settings.file import settings_path
from ...store.settings.settings import HeldSetting, PersonSettings, Source
from ...store.settings.table import FAMILIES, SETTINGS, WORKSPACE, Family, Setting, find, text_of
from ..frame.answer import Answer, Facts
from ..frame.command import CliCommand, command
from ..frame.parameters import TEXT, TextType
from ..frame.session import Session
from ..frame.tables import Listing


class ValueType(TextType):
    """The value of a setting, which the shell completes by the setting that the line names."""

    def shell_complete(self, ctx: click.Context, param: click.Parameter, incomplete: str) -> list[CompletionItem[str]]:
        if ctx.params.get("name") == WORKSPACE.name:
            return [CompletionItem(incomplete, type="dir")]
        return super().shell_complete(ctx, param, incomplete)


class SetCommand(CliCommand):
    """Takes a value that begins with a hyphen, as ``-owner``, for a value."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        if len(args) == 2 and args[1].startswith("-") and args[1][1:2] not in ("", "-") and args[1] != "-h":
            args = [args[0], "--", args[1]]
        return super().parse_args(ctx, args)


name_argument = click.argument("name", type=TEXT)


@command("list", examples=["certfleet config list"], lists="settings")
def list_settings(session: Session) -> Answer:
    """List the settings, and where each value comes from: the default, the file, or the environment, which overrides
    the file. An option of a command overrides both."""
    settings = session.settings
    documents = [_document(session, setting, settings.held(setting)) for setting in SETTINGS]
    for name in settings.file.values:
        found = find(name)
        if isinstance(found, Family):
            documents.append(_document(session, found, settings.held_by_file(name), name))
    more = [f"{family.title}: {family.about}" for family in FAMILIES]
    return Answer(
        {"file": str(settings.file.path), "settings": documents},
        [
            Listing(
                [
                    {
                        "SETTING": one["name"],
                        "VALUE": one["value"] or "-",
                        "FROM": ", ".join(filter(None, (one["source"], one["where"]))),
                        "ABOUT": one["about"],
                    }
                    for one in documents
                ],
                least={"VALUE": 10, "ABOUT": 20},
            ),
            f"The file is {settings.file.path}. There can also be:",
            *(f"  {line}" for line in more),
        ],
    )


@command(examples=["certfleet config show theme"])
@name_argument
def show(session: Session, name: str) -> Answer:
    """Show one setting: its value and where that comes from, the default, and what it takes."""
    setting, held = _held(session, name)
    document = _document(session, setting, held, name)
    pairs = [
        ("setting", name),
        ("value", document["value"] or "not set"),
        ("from", ", ".join(filter(None, (held.source.value, held.where)))),
        ("takes", setting.kind.says),
    ]
    if isinstance(setting, Setting):
        default = text_of(setting.default) if setting.default is not None else ""
        pairs.append(("default", ", ".join(filter(None, (default, setting.usual)))))
        pairs.append(("environment", ", ".join((setting.variable, *setting.also))))
    return Answer(document, Facts([*pairs, ("about", setting.about)]))


@command(examples=["certfleet config get theme"])
@name_argument
def get(session: Session, name: str) -> Answer:
    """Print the value of a setting, and nothing else."""
    setting, held = _held(session, name)
    document = _document(session, setting, held, name)
    if not document["value"]:
        raise Refusal("setting-not-set", f"{name} is not set", f"Set it: `certfleet config set {name} VALUE`.")
    return Answer(document, document["value"])


@command(
    "set",
    examples=["certfleet config set theme light", "certfleet config set lists.device-list.sort -last-check-in"],
    kind=SetCommand,
)
@name_argument
@click.argument("value", type=ValueType())
def set_value(session: Session, name: str, value: str) -> Answer:
    """Set a setting in the settings file, which is made if there is none. Several words have commas between them."""
    from ...store.settings.editing import set_setting
    from .names import check_part

    check_part(name, value)
    path = settings_path()
    said = text_of(set_setting(path, name, value))
    note_change()
    return Answer(
        {"name": name, "value": said, "file": str(path)}, [f"set {name} to {said} in {path}", *_not_yet(name)]
    )


@command(examples=["certfleet config unset theme"])
@name_argument
def unset(session: Session, name: str) -> Answer:
    """Remove a setting from the settings file, so that its default holds again."""
    from ...store.settings.editing import unset_setting

    path = settings_path()
    removed = unset_setting(path, name)
    if removed:
        note_change()
    said = f"removed {name} from {path}" if removed else f"{name} was not set in {path}"
    return Answer({"name": name, "removed": removed, "file": str(path)}, [said, *_not_yet(name)])


@command(examples=["certfleet config path"])
def path(session: Session) -> Answer:
    """Print the path of the settings file, whether or not there is one."""
    found = settings_path()
    return Answer({"file": str(found), "exists": found.exists()}, str(found))


@command(examples=["certfleet config edit"])
def edit(session: Session) -> Answer:
    """Open the settings file in your editor, then check it. A new file lists all settings, as comments."""
    from .editing import edit_file
    from .names import check_parts

    found = settings_path()
    edit_file(found)
    check_parts(PersonSettings.load(found))
    return Answer({"file": str(found)}, f"{found} is in order")


@command(examples=["certfleet config check"])
def check(session: Session) -> Answer:
    """Check the settings file and the environment: names, values, and whether there are such lists, columns to sort by
    and actions."""
    from .names import check_parts

    found = session.settings
    check_parts(found)
    said = "is in order" if found.file.text else "is not there, so the defaults hold"
    return Answer({"file": str(found.file.path), "settings": len(found.file.values)}, f"{found.file.path} {said}")


def _held(session: Session, name: str) -> tuple[Setting[Any] | Family[Any], HeldSetting]:
    """A setting by its name, and its value. Refuses with ``unknown-setting``."""
    try:
        found = find(name)
    except ValueError as error:
        raise Refusal("unknown-setting", str(error), "`certfleet config list` shows all settings.") from error
    settings = session.settings
    if isinstance(found, Setting):
        return found, settings.held(found)
    return found, settings.held_by_file(name) if name in settings.file.values else HeldSetting(None, Source.DEFAULT)


def _document(
    session: Session, setting: Setting[Any] | Family[Any], held: HeldSetting, name: str | None = None
) -> dict[str, Any]:
    value: Any = held.value
    if value is None and setting is WORKSPACE:
        value = session.usual_path
    return {
        "name": name or (setting.name if isinstance(setting, Setting) else setting.title),
        "value": None if value is None else text_of(value),
        "source": held.source.value,
        "where": held.where,
        "about": setting.about,
    }


def _not_yet(name: str) -> list[str]:
    """What is to be said if the environment overrides what was written."""
    found = find(name)
    if isinstance(found, Setting):
        for variable in (found.variable, *found.also):
            if os.environ.get(variable):
                return [f"the environment overrides it here: {variable}={os.environ[variable]}"]
    return []
