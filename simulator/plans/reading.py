"""Reading a plan file: every mistake with its line, all of them at once."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from msgspec import UNSET, Struct

from ...store.errors import Refusal
from ...store.impact.apns import SERVICES
from ...store.impact.needs import BOUND
from ...store.words import plural
from . import plan as kinds
from . import values
from .plan import AnyAction, Choice, NewCertificate, Plan, Ring
from .positions import Path as Place
from .positions import line_of, lines_of
from .values import Reader, Unknown, did_you_mean

LONGEST = 2 * 1024 * 1024
"""Characters of a plan file; pilot rings name their devices."""

_MOST_ACTIONS = 1000
_MANUAL = "docs/plans.md says what a plan file holds."


class Mistake(Struct, frozen=True):
    """A mistake in a plan file. ``line`` is 0 where it can't be told."""

    line: int
    message: str
    hint: str = ""


class PlanInvalid(Refusal):
    """A plan file that can't be read, with all its ``mistakes`` in the order of their lines."""

    def __init__(self, name: str, mistakes: tuple[Mistake, ...]) -> None:
        refusal = _refusal(name, mistakes)
        super().__init__(refusal.code, refusal.message, refusal.hint)
        self.mistakes = mistakes


def _refusal(name: str, mistakes: tuple[Mistake, ...]) -> Refusal:
    first = mistakes[0]
    where = f" line {first.line}:" if first.line else ""
    more = f" (and {plural(len(mistakes) - 1, 'more mistake')})" if len(mistakes) > 1 else ""
    return Refusal("plan-invalid", f"{name}:{where} {first.message}{more}", first.hint or _MANUAL)


def load_plan(path: Path) -> Plan:
    """The plan in a file. Refuses with ``plan-unreadable`` or ``plan-invalid``."""
    try:
        with path.open(encoding="utf-8") as file:
            text = file.read(LONGEST + 1)
    except (OSError, UnicodeDecodeError, ValueError) as error:
        said = (error.strerror or str(error)) if isinstance(error, OSError) else "it is not a text in UTF-8"
        raise Refusal("plan-unreadable", f"{path} can't be read: {said}", "Name a plan file (TOML).") from error
    if len(text) > LONGEST:
        raise Refusal("plan-unreadable", f"{path} is longer than 2 MiB", "A plan file is shorter.")
    return read_plan(text, path.stem)


def read_plan(text: str, name: str) -> Plan:
    """The plan in the text of a file; ``name`` is its own. Refuses with ``PlanInvalid``."""
    try:
        document = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise PlanInvalid(name, (_syntax(str(error)),)) from error
    reading = _Reading(document, lines_of(text))
    plan = reading.plan(name)
    if reading.mistakes:
        raise PlanInvalid(name, tuple(sorted(reading.mistakes, key=lambda mistake: mistake.line)))
    return plan


def _syntax(said: str) -> Mistake:
    """The library's message, whose end is ``(at line 3, column 5)`` or ``(at end of document)``."""
    message, _, where = said.partition(" (at ")
    digits = where.removeprefix("line ").partition(",")[0]
    message = message[:1].lower() + message[1:]
    return Mistake(int(digits) if digits.isdecimal() else 0, f"this is not TOML: {message}", _MANUAL)


_CHOICE: Mapping[str, Reader] = {
    "issuer": values.texts,
    "platform": values.platforms,
    "search": values.device_filter,
    "devices": values.references,
}
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


def _need(value: Any) -> str:
    need = values.text(value).lower()
    if need not in BOUND:
        raise Unknown(need, "component", BOUND)
    return need


def _push_need(value: Any) -> str:
    need = values.text(value).lower()
    if need not in SERVICES:
        raise Unknown(need, "push certificate", SERVICES)
    return need


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
            {"apple_id": values.text, "need": _push_need, "create": values.yes_no, "anyway": values.yes_no},
            ("apple_id",),
        ),
        _FileAction(
            kinds.Bind,
            {
                "need": _need,
                "certificate": values.reference,
                "name": values.any_text,
                "apple_id": values.text,
            },
            ("need", "certificate"),
        ),
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
        _FileAction(kinds.CompleteTask, {"task": values.reference}, ("task",)),
    )
}
"""Every action by its name in a file."""


class _Reading:
    """Reads one document, and collects its mistakes."""

    def __init__(self, document: Mapping[str, Any], lines: Mapping[Place, int]) -> None:
        self._document = document
        self._lines = lines
        self.mistakes: list[Mistake] = []

    def plan(self, name: str) -> Plan:
        known = ("title", "action")
        for key in self._document.keys() - set(known):
            self._wrong((key,), f"{key!r} is not a field of a plan", did_you_mean(key, known))
        title = self._read(("title",), values.any_text, self._document.get("title", ""))
        tables = self._tables(self._document.get("action", []), ("action",))
        if not tables and not self.mistakes:
            self._wrong((), "it has no action", "Each action begins with [[action]].")
        if len(tables) > _MOST_ACTIONS:
            self._wrong(("action", _MOST_ACTIONS), f"it has more than {_MOST_ACTIONS:,} actions", "Make several plans.")
        read = [self._action(table, ("action", number)) for number, table in enumerate(tables[:_MOST_ACTIONS])]
        return Plan(
            name=name,
            title="" if title is UNSET else title,
            actions=tuple(action for action in read if action is not None),
        )

    def _tables(self, value: Any, place: Place) -> list[Mapping[str, Any]]:
        if not isinstance(value, list) or not all(isinstance(table, dict) for table in value):
            self._wrong(place, f"{place[-1]!r} is not a list of tables", f"Each begins with [[{place[-1]}]].")
            return []
        return value

    def _action(self, table: Mapping[str, Any], place: Place) -> AnyAction | None:
        name = table.get("do")
        if not isinstance(name, str):
            self._wrong((*place, "do"), "the action doesn't say what to do", f'Write do = "{next(iter(_KINDS))}".')
            return None
        kind = _KINDS.get(name)
        if kind is None:
            self._wrong((*place, "do"), f"{name!r} is no action", did_you_mean(name, _KINDS))
            return None
        before = len(self.mistakes)
        rest = {key: value for key, value in table.items() if key != "do"}
        given = self._fields(rest, place, {**_WHEN, **kind.fields}, f"the action {name}")
        for needed in kind.needed:
            if needed not in table:
                self._wrong(place, f"the action {name} needs {needed}", _MANUAL)
        if ("at" in table) == ("after" in table):
            self._wrong(place, "an action needs either at or after", 'Write at = 2026-12-01 or after = "14d".')
        found = self._made(kind, given, table, place)
        return found if len(self.mistakes) == before else None

    def _made(
        self, kind: _FileAction, given: dict[str, Any], table: Mapping[str, Any], place: Place
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
                self._wrong(place, "it sets nothing", f"There is {', '.join(values.SETTINGS)}.")
            given = {**{name: given[name] for name in _WHEN if name in given}, "settings": settings}
        if before != len(self.mistakes) or any(name not in given and name != "ring" for name in kind.needed):
            return None
        if kind.struct in (kinds.ReplaceCertificate, kinds.ImportCertificate):
            given["new"] = NewCertificate(**_taken(given, _NEW))
        if kind.struct in (kinds.Renew, kinds.RenewInRings):
            given["choice"] = Choice(**_taken(given, _CHOICE))
        made: AnyAction = kind.struct(**given, line=line_of(self._lines, place))
        return made

    def _check_new(self, kind: _FileAction, table: Mapping[str, Any], place: Place) -> None:
        """A new certificate is in a file, or is like another one."""
        replaces = kind.struct is kinds.ReplaceCertificate
        if replaces and "like" in table:
            self._wrong((*place, "like"), "a replacement is like the certificate that it replaces", "Write only valid.")
        elif ("file" in table) == ("valid" in table):
            wanted = "file or valid" if replaces else "file, or like and valid"
            self._wrong(
                place, f"it needs either {wanted}", 'Write file = "new.pem", or valid = "365d" for one like it.'
            )
        elif "file" not in table and not replaces and "like" not in table:
            self._wrong(place, "it doesn't say like which certificate", "Name it in like.")
        elif "file" not in table:
            for name in ("key", "password_file"):
                if name in table:
                    self._wrong((*place, name), f"{name} goes with file", "A certificate like another gets a new key.")

    def _rings(self, value: Any, place: Place, action: Mapping[str, Any]) -> tuple[Ring, ...]:
        tables, rings = self._tables(value, place), []
        if not tables:
            self._wrong(place, "there is no ring", "Each begins with [[action.ring]].")
        for number, table in enumerate(tables):
            here = (*place, number)
            before = len(self.mistakes)
            given = self._fields(table, here, _RING, "a ring")
            given.setdefault("name", f"ring {number + 1}")
            for inherited in ("within", "most_misses"):
                if inherited not in given and inherited not in table:
                    if inherited in action:
                        given[inherited] = action[inherited]
                    else:
                        self._wrong(here, f"the ring needs {inherited}", "Write it here, or once for all rings.")
            if "share" in table and any(name in table for name in _CHOICE):
                self._wrong(here, "a ring is either a share of all, or chosen by something else", _MANUAL)
            if len(self.mistakes) == before:
                choice = Choice(**_taken(given, _CHOICE))
                rings.append(Ring(**given, choice=choice))
        names = [ring.name for ring in rings]
        for number, name in enumerate(names):
            if name in names[:number]:
                self._wrong((*place, number), f"two rings are called {name!r}", "Give each its own name.")
        return tuple(rings)

    def _fields(
        self, table: Mapping[str, Any], place: Place, fields: Mapping[str, Reader], what: str
    ) -> dict[str, Any]:
        """The values of a table's fields, as far as they can be read."""
        found = {}
        for key, value in table.items():
            if key not in fields:
                self._wrong((*place, key), f"{key!r} is not a field of {what}", did_you_mean(key, fields))
            elif (read := self._read((*place, key), fields[key], value)) is not UNSET:
                found[key] = read
        return found

    def _read(self, place: Place, reader: Reader, value: Any) -> Any:
        """A value; UNSET if it can't be read (None is one, too: never)."""
        try:
            return reader(value)
        except Unknown as error:
            self._wrong(place, f"{place[-1]}: {error}", error.hint)
        except ValueError as error:
            self._wrong(place, f"{place[-1]}: {error}")
        return UNSET

    def _wrong(self, place: Place, message: str, hint: str = "") -> None:
        self.mistakes.append(Mistake(line_of(self._lines, place), message, hint))


def _taken(given: dict[str, Any], names: Mapping[str, Reader]) -> dict[str, Any]:
    """Take some of the fields out."""
    return {name: given.pop(name) for name in names if name in given}
