"""Writing a plan as a file that ``reading`` reads as the same plan."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

from msgspec.structs import asdict, fields

from ...store.durations import duration_text
from ...store.model.policy import DeviceAuthentication, VpnSettings
from .plan import AnyAction, Choice, NewCertificate, Plan, RenewInRings, Ring, name_of
from .policy_values import authentication_text
from .values import share_text

if TYPE_CHECKING:
    from tomlkit.items import AoT, Table

_IN_A_LINE = 6
_SHARES = ("share", "most_misses", "start_by_share")


def action_fields(action: AnyAction) -> dict[str, Any]:
    """The fields of an action as a file has them, except its rings; times stay times."""
    found: dict[str, Any] = {"do": name_of(action)}
    for name, value in _given(action):
        if name not in ("line", "rings"):
            found |= _written(name, value)
    return found


def ring_fields(ring: Ring) -> dict[str, Any]:
    """The same for a ring."""
    found: dict[str, Any] = {}
    for name, value in _given(ring):
        found |= _written(name, value)
    return found


def plan_text(plan: Plan, *, comments: Iterable[str] = (), notes: Mapping[int, str] | None = None) -> str:
    """The file of a plan. ``comments`` stand at its top, ``notes`` before the actions, by their places."""
    import tomlkit  # only writing a plan asks for it

    document = tomlkit.document()
    for line in comments:
        document.add(tomlkit.comment(line))
    if plan.title:
        document.add("title", tomlkit.string(plan.title))
    actions = tomlkit.aot()
    for number, action in enumerate(plan.actions):
        actions.append(_table(action_fields(action), (notes or {}).get(number, "")))
        if isinstance(action, RenewInRings):
            actions[-1].append("ring", _rings(action.rings))
    if plan.actions:
        document.add("action", actions)
    return tomlkit.dumps(document)


def _given(record: Any) -> Iterable[tuple[str, Any]]:
    """The fields of a struct that don't have their defaults."""
    values = asdict(record)
    return [(field.name, values[field.name]) for field in fields(record) if values[field.name] != field.default]


def _written(name: str, value: Any) -> dict[str, Any]:
    match value:
        case Choice() | NewCertificate() | VpnSettings():
            return {key: part for field, inner in _given(value) for key, part in _written(field, inner).items()}
        case dict():
            return {key: _setting(key, part) for key, part in value.items()}
        case DeviceAuthentication():
            return {name: authentication_text(value)}
        case timedelta():
            return {name: duration_text(value)}
        case None:
            return {name: "never"}  # the only None that is not a default
        case float() if name in _SHARES:
            return {name: share_text(value)}
        case tuple():
            return {name: [str(part) for part in value]}
        case bool() | int() | date():
            return {name: value}
        case _:
            return {name: str(value)}


def _setting(name: str, value: Any) -> Any:
    if name in _SHARES:
        return share_text(value)
    return list(value) if isinstance(value, tuple) else value


def _table(found: Mapping[str, Any], note: str = "") -> Table:
    import tomlkit

    table = tomlkit.table()
    if note:
        table.add(tomlkit.comment(note))
    for name, value in found.items():
        if isinstance(value, list) and len(value) > _IN_A_LINE:
            array = tomlkit.array()
            for first in range(0, len(value), _IN_A_LINE):
                array.add_line(*value[first : first + _IN_A_LINE], indent="  ")
            array.add_line(indent="")
            table.add(name, array)
        else:
            table.add(name, value)
    return table


def _rings(rings: Iterable[Ring]) -> AoT:
    import tomlkit

    found = tomlkit.aot()
    for ring in rings:
        found.append(_table(ring_fields(ring)))
    return found
