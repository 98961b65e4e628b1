"""What the Tab key completes in the value of an option or an argument: ids, names and identities of the workspace."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import click
from click.shell_completion import CompletionItem

from ..frame.session import Session, passphrase_source

if TYPE_CHECKING:
    from ...store.workspace import Workspace

MOST = 50  # nobody reads more
_NEWEST = 5_000  # lines of the audit trail
Value = tuple[object, str]
"""A value, and what it is about."""


def completed_values(context: click.Context, parameter: click.Parameter, start: str) -> list[CompletionItem[str]]:
    """The values that begin with ``start``; none for a parameter that isn't about a record, without a workspace, and
    where opening it would ask for something. Never raises: the shell would show it in the middle of a line."""
    name = parameter.name or ""
    noun = context.parent.info_name if context.parent is not None else ""
    metavar = (parameter.metavar or "").strip("[].")
    values = _VALUES.get(f"{noun} {name}") or _VALUES.get(name) or _BY_METAVAR.get(metavar)
    if values is None:
        return []
    try:
        return _items(values(context), start)
    except Exception:  # noqa: BLE001 - a message would stand in the middle of the line that somebody types
        return []


def _items(values: Iterable[Value], start: str) -> list[CompletionItem[str]]:
    found = []
    for value, about in values:
        if str(value).lower().startswith(start.lower()) and str(value).isprintable():
            found.append(CompletionItem(str(value), help=about))
            if len(found) == MOST:
                break
    return found


def _of_workspace(values: Callable[[Workspace], Iterable[Value]]) -> Callable[[click.Context], Iterator[Value]]:
    """Values of the workspace, which is opened for them, and never made."""

    def complete(context: click.Context) -> Iterator[Value]:
        from ...store.workspace import Workspace

        path = Session(context.find_root().params.get("workspaces") or ()).path
        passphrase = passphrase_source(prompts=False)
        with Workspace.open(path, create=False, passphrase=passphrase) as workspace:
            yield from values(workspace)

    return complete


def _certificates(workspace: Workspace) -> Iterator[Value]:
    return ((entry.id, entry.name) for entry in workspace.inventory.list())


def _devices(workspace: Workspace) -> Iterator[Value]:
    from ...store.views.device import device_title

    for device in workspace.devices.each():
        yield device.serial_number or device.enrollment_id or device.id, device_title(device)


def _moments(workspace: Workspace) -> Iterator[Value]:
    for one in workspace.moments.all():
        yield one.name or one.id, one.before or ""


def _states(workspace: Workspace) -> Iterator[Value]:
    yield "now", "the present state"
    yield from _moments(workspace)


def _plans(workspace: Workspace) -> Iterator[Value]:
    from ...simulator.plans.progress import plan_runs

    return ((run.name, "") for run in plan_runs(workspace).all())


def _audited(field: str) -> Callable[[click.Context], Iterator[Value]]:
    """The values of a field in the newest lines of the audit trail, the latest first."""

    def values(workspace: Workspace) -> Iterator[Value]:
        lines = workspace.audit.tail(_NEWEST)
        return ((value, "") for value in dict.fromkeys(getattr(line, field) for line in lines))

    return _of_workspace(values)


def _apple_ids(workspace: Workspace) -> Iterator[Value]:
    return ((apple_id, "") for apple_id in dict.fromkeys(record.apple_id for record in workspace.portal.list()))


def _needs(context: click.Context) -> Iterator[Value]:
    from ...store.components.needs import NEEDS

    return ((need.id, need.title) for need in NEEDS)


def _scenarios(context: click.Context) -> Iterator[Value]:
    from ...simulator.scenarios.catalogue import packaged

    return ((one.name, one.title) for one in packaged())


def _sites(context: click.Context) -> Iterator[Value]:
    from ...simulator.platforms.site_habits import SITES

    return ((name, "") for name in SITES)


def _aliases(context: click.Context) -> Iterator[Value]:
    """The aliases in the keystore that is to be imported, if it opens without asking."""
    from ...store.keystores.reading import read_keystore
    from ..frame.input_file import read_file
    from ..frame.passwords import read_password_file

    file: Path | None = context.params.get("file")
    password: Path | None = context.params.get("password_file")
    if file is None or not file.is_file() or (password is not None and not password.is_file()):
        return
    keystore = read_keystore(read_file(file), password=None if password is None else read_password_file(password))
    yield from ((entry.alias, entry.kind) for entry in keystore.entries if entry.alias)


certificates = _of_workspace(_certificates)
devices = _of_workspace(_devices)
groups = _of_workspace(lambda workspace: ((one.group.name, one.state.value) for one in workspace.authorities.list()))
policies = _of_workspace(lambda workspace: ((one.name, one.vpn.server) for one in workspace.policies.list()))
requests = _of_workspace(lambda workspace: ((one.id, one.subject) for one in workspace.requests.list()))
forecasts = _of_workspace(lambda workspace: ((one.name, one.plan or "") for one in workspace.kept_forecasts.list()))
accounts = _of_workspace(lambda workspace: ((one.name, one.role.value) for one in workspace.accounts.list()))


def _settings(context: click.Context) -> Iterator[Value]:
    from ...store.settings.table import COLUMNS, KEYS, SETTINGS, SORT
    from ..config.names import action_names, list_commands

    yield from ((setting.name, setting.about) for setting in SETTINGS)
    yield from ((KEYS.name_for(name), "") for name in action_names())
    yield from ((family.name_for(name), "") for family in (SORT, COLUMNS) for name, _ in list_commands())


def _values_of_setting(context: click.Context) -> Iterator[Value]:
    from ...store.settings.kinds import ChoiceKind, SwitchKind
    from ...store.settings.table import find

    kind = find(context.params["name"]).kind
    names = kind.names if isinstance(kind, ChoiceKind) else ("true", "false") if isinstance(kind, SwitchKind) else ()
    return ((name, "") for name in names)


_VALUES: dict[str, Callable[[click.Context], Iterable[Value]]] = {
    "certificate id": certificates,
    "certificate ids": certificates,
    "trust id": certificates,
    "certificate_id": certificates,
    "pem_id": requests,
    "cancel_id": requests,
    "request_id": requests,
    "task id": _of_workspace(lambda workspace: ((one.id, one.title) for one in workspace.tasks.list(done=False))),
    "notice id": _of_workspace(lambda workspace: ((one.id, one.title) for one in workspace.notices.list(MOST))),
    "component id": _of_workspace(lambda workspace: ((one.id, one.need) for one in workspace.components.list())),
    "profile id": _of_workspace(lambda workspace: ((one.id, one.app_id) for one in workspace.profiles.list())),
    "endpoint id": _of_workspace(lambda workspace: ((one.id, one.title) for one in workspace.endpoints.list())),
    "push_id": _of_workspace(lambda workspace: ((one.id, one.name) for one in workspace.portal.list())),
    "apple_id": _of_workspace(_apple_ids),
    "audit action": _audited("action"),
    "audit record": _audited("record"),
    "audit user": _audited("user"),
    "authority name": groups,
    "issuers": groups,
    "policy": policies,
    "devices": devices,
    "need": _needs,
    "alias": _aliases,
    "scenario name": _scenarios,
    "scenario": _scenarios,
    "habits": _sites,
    "moment name": _of_workspace(_moments),
    "moment first": _of_workspace(_states),
    "moment second": _of_workspace(_states),
    "plan name": _of_workspace(_plans),
    "certfleet name": forecasts,
    "admin name": accounts,
    "config name": _settings,
    "config value": _values_of_setting,
    "scrape-token name": _of_workspace(lambda workspace: ((one.name, "") for one in workspace.scrape_tokens.list())),
}
"""Values by noun and parameter, or by parameter alone."""
_VALUES["notice ids"] = _VALUES["notice id"]
_VALUES["endpoint ids"] = _VALUES["endpoint id"]

_BY_METAVAR = {"DEVICE": devices}
