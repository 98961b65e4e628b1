"""Reading a plan file: every mistake with its line, all of them at once."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from msgspec import UNSET, Struct

from ...store.apns.apns import SERVICES
from ...store.components.needs import BOUND
from ...store.errors import Refusal
from ...store.model.policy import VpnSettings
from ...store.toml_lines import KeyPath, lines_of
from ...store.toml_reading import read_toml
from . import plan as kinds
from . import values
from .file_text import first_of, read_text
from .plan import AnyAction, Choice, NewCertificate, Plan, Ring
from .policy_values import VPN_SETTINGS, check_policy
from .table_reading import Mistake, TableReading, syntax_mistake
from .values import Reader, did_you_mean

LONGEST = 2 * 1024 * 1024
"""Characters of a plan file; pilot rings name their devices."""

_MOST_ACTIONS = 1000
MANUAL = "docs/plans.md says what a plan file holds."


class PlanInvalid(Refusal):
    """A plan file that can't be read, with all its ``mistakes`` in the order of their lines."""

    def __init__(self, name: str, mistakes: tuple[Mistake, ...]) -> None:
        refusal = first_of(mistakes, "plan", name, MANUAL)
        super().__init__(refusal.code, refusal.message, refusal.hint)
        self.mistakes = mistakes


def load_plan(path: Path) -> Plan:
    """The plan in a file. Refuses with ``plan-unreadable`` or ``plan-invalid``."""
    return read_plan(read_text(path, "plan", LONGEST, "2 MiB"), path.stem)


def read_plan(text: str, name: str) -> Plan:
    """The plan in the text of a file; ``name`` is its own. Refuses with ``PlanInvalid``."""
    try:
        document = read_toml(text)
    except ValueError as error:
        raise PlanInvalid(name, (syntax_mistake(str(error), MANUAL),)) from error
    reading = ActionReading(document, lines_of(text))
    plan = reading.plan(name)
    if reading.mistakes:
        raise PlanInvalid(name, tuple(sorted(reading.mistakes, key=lambda mistake: mistake.line)))
    return plan


_CHOICE: Mapping[str, Reader] = {
    "issuer": values.texts,
    "platform": values.platforms,
    "search": values.device_filter,
    "devices": values.references,
}
_WHOM = {name: reader for name, reader in _CHOICE.items() if name != "issuer"}
"""A policy doesn't know issuers."""
_NEW: Mapping[str, Reader] = {
    "file": values.text,
    "key": values.text,
    "password_file": values.text,
    "like": values.reference,
    "valid": values.validity,
}
_WHEN: Mapping[str, Reader] = {"at": values.moment, "after": values.length}


def _as_it_is(value: Any) -> Any:
    return value


_RING: Mapping[str, Reader] = {
    "name": values.text,
    "share": values.positive_share,
    "within": values.length,
    "most_misses": values.share,
    **_CHOICE,
}


_NEED = values.name_in(BOUND, "component")
_PUSH_NEED = values.name_in(SERVICES, "push certificate")


class _FileAction(Struct, frozen=True):
    """An action in a file: its struct, its fields, and those that it can't do without."""

    struct: Any
    fields: Mapping[str, Reader]
    needed: tuple[str, ...] = ()


_KINDS: Mapping[str, _FileAction] = {
    kind.struct.__struct_config__.tag: kind
    for kind in (
        _FileAction(kinds.Renew, {**_CHOICE, "per_day": values.number(1, 10**7), "working_days": values.yes_no}),
        _FileAction(
            kinds.RenewInRings,
            {**_CHOICE, "within": values.length, "most_misses": values.share, "ring": _as_it_is},
            ("ring",),
        ),
        _FileAction(kinds.RefreshAuthority, {"name": values.text, "ready_after": values.wait}),
        _FileAction(kinds.ReplaceCertificate, {"certificate": values.reference, **_NEW}, ("certificate",)),
        _FileAction(kinds.ImportCertificate, {"use_as": values.use_as, "description": values.any_text, **_NEW}),
        _FileAction(
            kinds.RenewApns,
            {"apple_id": values.text, "need": _PUSH_NEED, "create": values.yes_no, "anyway": values.yes_no},
            ("apple_id",),
        ),
        _FileAction(
            kinds.Bind,
            {
                "need": _NEED,
                "certificate": values.reference,
                "name": values.any_text,
                "apple_id": values.text,
            },
            ("need", "certificate"),
        ),
        _FileAction(
            kinds.UseComponent,
            {"need": _NEED, "use": values.component_use, "name": values.any_text},
            ("need", "use"),
        ),
        _FileAction(kinds.ImportProfile, {"file": values.text}, ("file",)),
        _FileAction(
            kinds.ImportDeviceCertificates,
            {"file": values.text, "identity_type": values.identity_type, "credentials": values.text},
            ("file", "identity_type"),
        ),
        _FileAction(
            kinds.CreatePolicy,
            {"name": values.text, **VPN_SETTINGS, "certificate": values.reference, **_WHOM, "group": values.any_text},
            ("name", "server"),
        ),
        _FileAction(kinds.DeployPolicy, {"policy": values.reference}, ("policy",)),
        _FileAction(
            kinds.DeployRoot,
            {"certificate": values.reference, "platform": values.platforms, "antivirus": values.yes_no},
            ("certificate",),
        ),
        _FileAction(
            kinds.StartCampaign,
            {
                "platform": values.platforms,
                "second_mail": values.length_or_never,
                "deadline": values.length_or_never,
                "help_desk": values.number(0, 100_000),
            },
        ),
        _FileAction(kinds.SetSite, values.SETTINGS),
        _FileAction(
            kinds.AddFreeze,
            {"first": values.whole_day, "last": values.whole_day, "why": values.any_text},
            ("first", "last"),
        ),
        _FileAction(kinds.CompleteTask, {"task": values.reference}, ("task",)),
        _FileAction(
            kinds.AddEndpoint,
            {"host": values.text, "need": values.text, "name": values.any_text},
            ("host", "need"),
        ),
    )
}
"""Every action by its name in a file."""


class ActionReading(TableReading):
    """Reads the actions of one document."""

    def plan(self, name: str) -> Plan:
        known = ("title", "action")
        for key in self.document.keys() - set(known):
            self.wrong((key,), f"{key!r} is not a field of a plan", did_you_mean(key, known))
        title = self.read(("title",), values.any_text, self.document.get("title", ""))
        tables = self.tables(self.document.get("action", []), ("action",))
        if not tables and not self.mistakes:
            self.wrong((), "it has no action", "Each action begins with [[action]].")
        if len(tables) > _MOST_ACTIONS:
            self.wrong(("action", _MOST_ACTIONS), f"it has more than {_MOST_ACTIONS:,} actions", "Make several plans.")
        read = [self.action(table, ("action", number)) for number, table in enumerate(tables[:_MOST_ACTIONS])]
        return Plan(
            name=name,
            title="" if title is UNSET else title,
            actions=tuple(action for action in read if action is not None),
        )

    def action(self, table: Mapping[str, Any], place: KeyPath) -> AnyAction | None:
        """The action of a table; None if it has mistakes."""
        name = table.get("do")
        if not isinstance(name, str):
            self.wrong((*place, "do"), "the action doesn't say what to do", f'Write do = "{next(iter(_KINDS))}".')
            return None
        kind = _KINDS.get(name)
        if kind is None:
            self.wrong((*place, "do"), f"{name!r} is no action", did_you_mean(name, _KINDS))
            return None
        before = len(self.mistakes)
        rest = {key: value for key, value in table.items() if key != "do"}
        given = self.fields(rest, place, {**_WHEN, **kind.fields}, f"the action {name}")
        for needed in kind.needed:
            if needed not in table:
                self.wrong(place, f"the action {name} needs {needed}", MANUAL)
        if ("at" in table) == ("after" in table):
            self.wrong(place, "an action needs either at or after", 'Write at = 2026-12-01 or after = "14d".')
        found = self._made(kind, given, table, place)
        return found if len(self.mistakes) == before else None

    def _made(
        self, kind: _FileAction, given: dict[str, Any], table: Mapping[str, Any], place: KeyPath
    ) -> AnyAction | None:
        """The action of these fields, if nothing was wrong with them."""
        before = len(self.mistakes)
        if kind.struct is kinds.RenewInRings:
            given["rings"] = self._rings(table.get("ring", []), (*place, "ring"), given)
            for name in ("ring", "within", "most_misses"):  # each ring has its own
                given.pop(name, None)
        if "like" in kind.fields:
            self._check_new(kind, table, place)
        if kind.struct is kinds.SetSite:
            settings = {name: value for name, value in given.items() if name not in _WHEN}
            if not settings and not self.mistakes:
                self.wrong(place, "it sets nothing", f"There is {', '.join(values.SETTINGS)}.")
            given = {**{name: given[name] for name in _WHEN if name in given}, "settings": settings}
        if before != len(self.mistakes) or any(name not in given and name != "ring" for name in kind.needed):
            return None
        if kind.struct in (kinds.ReplaceCertificate, kinds.ImportCertificate):
            given["new"] = NewCertificate(**_taken(given, _NEW))
        if kind.struct in (kinds.Renew, kinds.RenewInRings):
            given["choice"] = Choice(**_taken(given, _CHOICE))
        if kind.struct is kinds.CreatePolicy:
            given["vpn"] = VpnSettings(**_taken(given, VPN_SETTINGS))
            given["choice"] = Choice(**_taken(given, _WHOM))
            try:
                check_policy(given["name"], given["vpn"], given.get("certificate"), given["choice"].platform)
            except Refusal as refusal:
                self.wrong(place, refusal.message, refusal.hint or "")
                return None
        made: AnyAction = kind.struct(**given, line=self.line(place))
        return made

    def _check_new(self, kind: _FileAction, table: Mapping[str, Any], place: KeyPath) -> None:
        """A new certificate is in a file, or is like another one."""
        replaces = kind.struct is kinds.ReplaceCertificate
        if replaces and "like" in table:
            self.wrong((*place, "like"), "a replacement is like the certificate that it replaces", "Write only valid.")
        elif ("file" in table) == ("valid" in table):
            wanted = "file or valid" if replaces else "file, or like and valid"
            self.wrong(place, f"it needs either {wanted}", 'Write file = "new.pem", or valid = "365d" for one like it.')
        elif "file" not in table and not replaces and "like" not in table:
            self.wrong(place, "it doesn't say like which certificate", "Name it in like.")
        elif "file" not in table:
            for name in ("key", "password_file"):
                if name in table:
                    self.wrong((*place, name), f"{name} goes with file", "A certificate like another gets a new key.")

    def _rings(self, value: Any, place: KeyPath, action: Mapping[str, Any]) -> tuple[Ring, ...]:
        tables, rings = self.tables(value, place), []
        if not tables:
            self.wrong(place, "there is no ring", "Each begins with [[action.ring]].")
        for number, table in enumerate(tables):
            here = (*place, number)
            before = len(self.mistakes)
            given = self.fields(table, here, _RING, "a ring")
            given.setdefault("name", f"ring {number + 1}")
            for inherited in ("within", "most_misses"):
                if inherited not in given and inherited not in table:
                    if inherited in action:
                        given[inherited] = action[inherited]
                    else:
                        self.wrong(here, f"the ring needs {inherited}", "Write it here, or once for all rings.")
            if "share" in table and any(name in table for name in _CHOICE):
                self.wrong(here, "a ring is either a share of all, or chosen by something else", MANUAL)
            if len(self.mistakes) == before:
                choice = Choice(**_taken(given, _CHOICE))
                rings.append(Ring(**given, choice=choice))
        names = [ring.name for ring in rings]
        for number, name in enumerate(names):
            if name in names[:number]:
                self.wrong((*place, number), f"two rings are called {name!r}", "Give each its own name.")
        return tuple(rings)


def _taken(given: dict[str, Any], names: Mapping[str, Reader]) -> dict[str, Any]:
    """Take some of the fields out."""
    return {name: given.pop(name) for name in names if name in given}
