"""What was done, as the commands that would do it again. Nothing secret is in them, because nothing secret is kept."""

from __future__ import annotations

import re
import shlex
from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any, NamedTuple

from msgspec import to_builtins

from ..effects.keeping import UNDO
from ..inventory.expiry_text import limits_text
from ..model.audit import AuditLine
from ..model.component import Use
from ..model.kept_change import KeptChange, KeptRow
from ..model.policy import Assignment, ConnectionType, DeviceAuthentication, Policy, VpnSettings
from ..model.site import SiteSettings
from .putting_back import altered, record_after

PROGRAM = "certfleet"
_CHOICES: Mapping[object, str] = {
    DeviceAuthentication.DEVICE_IDENTITY: "device-identity",
    ConnectionType.IKEV2_ALWAYS_ON: "ikev2-always-on",
    ConnectionType.IKEV2: "ikev2",
}
Words = tuple[str, ...]

_BY_ACTION: Mapping[str, Words] = {
    UNDO: ("undo", "{id}"),
    "certificate.delete": ("certificate", "delete", "{id}"),
    "component.remove": ("component", "remove", "{id}"),
    "device.delete": ("device", "delete", "{id}"),
    "device.refresh": ("device", "refresh", "{id}"),
    "device.renew": ("device", "renew", "{id}"),
    "device.revoke": ("device", "revoke", "{id}"),
    "endpoint.import": ("endpoint", "import", "{id}"),
    "endpoint.remove": ("endpoint", "remove", "{id}"),
    "moment.go": ("moment", "go", "{id}"),
    "notice.drill": ("notice", "drill"),
    "plan.start-by": ("start-by", "--compute"),
    "policy.delete": ("policy", "delete", "{id}"),
    "policy.deploy": ("policy", "deploy", "{id}"),
    "profile.remove": ("profile", "remove", "{id}"),
    "request.cancel": ("certificate", "requests", "--cancel", "{id}"),
    "task.done": ("task", "done", "{id}"),
    "trust.withdraw": ("trust", "withdraw", "{id}"),
    "workspace.backup": ("workspace", "backup"),
}
"""The actions whose line in the audit trail says it all: the words of the command, with the id of the record."""

_BY_SUMMARY: Mapping[str, tuple[tuple[re.Pattern[str], Words], ...]] = {
    "authority.activate": ((re.compile("CA group (.+) issues"), ("authority", "activate", "{name}")),),
    "authority.delete": ((re.compile("CA group (.+) deleted"), ("authority", "delete", "{name}")),),
    "authority.refresh": ((re.compile("CA group (.+) requested"), ("authority", "refresh", "--name", "{name}")),),
    "moment.save": ((re.compile("kept as moment '(.+)'"), ("moment", "save", "{name}")),),
    "notice.acknowledge": (
        (re.compile("(no longer) acknowledged"), ("notice", "ack", "--withdraw", "{id}")),
        (re.compile("(.)"), ("notice", "ack", "{id}")),
    ),
    "plan.forget-forecast": ((re.compile("forecast kept as (.+) forgotten"), ("forecast-forget", "{name}")),),
    "plan.pause": ((re.compile("plan (.+) paused"), ("plan", "pause", "{name}")),),
    "plan.resume": ((re.compile("plan (.+) goes on"), ("plan", "resume", "{name}")),),
    "plan.stop": ((re.compile("plan (.+) stopped"), ("plan", "stop", "{name}")),),
}
"""The actions whose line has a name in its summary, which the command takes."""

_INCOMPLETE: Mapping[str, Words] = {
    "bulk.delete": ("bulk", "delete", "FILE", "--identity-type", "TYPE"),
    "bulk.import": ("bulk", "import", "FILE", "--identity-type", "TYPE"),
    "certificate.import": ("certificate", "import", "FILE"),
    "certificate.replace": ("certificate", "replace", "{id}", "FILE"),
    "device.delete": ("device", "delete", "--search", "FILTER"),
    "device.import": ("device", "import", "FILE"),
    "device.refresh": ("device", "refresh", "--search", "FILTER"),
    "device.renew": ("device", "renew", "--search", "FILTER"),
    "device.revoke": ("device", "revoke", "--search", "FILTER"),
    "endpoint.add": ("endpoint", "add", "HOST"),
    "owner.handover": ("handover", "LEAVER", "SUCCESSOR"),
    "plan.begin": ("plan", "run", "FILE"),
    "profile.import": ("profile", "import", "FILE"),
    "profile.replace": ("profile", "import", "FILE"),
    "push.adopt": ("apns", "register", "--apple-id", "APPLE-ID"),
    "push.issue": ("apns", "renew", "--apple-id", "APPLE-ID", "--create"),
    "push.renew": ("apns", "renew", "--apple-id", "APPLE-ID"),
    "push.revoke": ("apns", "revoke", "{id}", "--apple-id", "APPLE-ID"),
    "request.create": ("certificate", "request", "--subject", "SUBJECT"),
}
"""The actions of which the trail doesn't keep all: a word in capitals stands for what it lacks."""

ACTIONS = frozenset((*_BY_ACTION, *_BY_SUMMARY, *_INCOMPLETE))
"""Actions of the audit trail that people do by a command. There are others."""


class Into(NamedTuple):
    """The last word of a command line whose output a POSIX shell is to write to this file."""

    file: Path


def command_line(*words: object) -> str:
    """A command line of certfleet with these words, quoted for a POSIX shell."""
    return " ".join([PROGRAM, *(_word(word) for word in words)])


def _word(word: object) -> str:
    return f"> {shlex.quote(str(word.file))}" if isinstance(word, Into) else shlex.quote(str(word))


def commands_of(line: AuditLine, change: KeptChange | None) -> tuple[str, ...]:
    """The commands that would do what a line of the audit trail is about, with what is kept of the ``change``; none if
    neither says it. In capitals stands what only the person knows: ``certfleet certificate import FILE``."""
    return _whole(line, change) or _incomplete(line)


def commands_of_all(lines: Iterable[AuditLine], change: KeptChange | None) -> tuple[str, ...]:
    """The commands that would do what several lines of one change are about, each once."""
    whole = dict.fromkeys(command for line in lines for command in _whole(line, change))
    return tuple(whole or dict.fromkeys(command for line in lines for command in _incomplete(line)))


def _whole(line: AuditLine, change: KeptChange | None) -> tuple[str, ...]:
    kind, _, id = line.record.partition(":")
    if line.action in _BY_ACTION and kind != "fleet":  # then it was about several devices
        return (_filled(_BY_ACTION[line.action], id),)
    for pattern, words in _BY_SUMMARY.get(line.action, ()):
        if found := pattern.search(line.summary):
            return (_filled(words, id, found[1]),)
    rows = () if change is None else change.rows
    return tuple(command_line(*words) for row in rows if row.table in _BY_TABLE for words in _BY_TABLE[row.table](row))


def _incomplete(line: AuditLine) -> tuple[str, ...]:
    words = _INCOMPLETE.get(line.action)
    return () if words is None else (_filled(words, line.record.partition(":")[2]),)


def _filled(words: Words, id: str, name: str = "") -> str:
    known = {"{id}": id, "{name}": name}
    return command_line(*(known.get(word, word) for word in words))


def _certificate(row: KeptRow) -> Iterator[tuple[object, ...]]:
    if row.after is not None and "description" in altered(row):
        yield "certificate", "describe", row.id, row.after["description"]
    if row.before is not None and row.after is not None and "use_as" in altered(row):
        yield "certificate", "use", row.id, row.after["use_as"]


def _component(row: KeptRow) -> Iterator[tuple[object, ...]]:
    after, fields = row.after, altered(row)
    if after is None:
        return
    name = ("--name", after["name"]) if after.get("name") else ()
    if {"certificate_id", "profile_id"}.intersection(fields) and after.get("certificate_id") is not None:
        apple_id = ("--apple-id", after["apple_id"]) if "apple_id" in fields and after.get("apple_id") else ()
        yield "component", "bind", after["need"], after["certificate_id"], *name, *apple_id
    elif "profile_id" in fields and after.get("profile_id") is not None:
        yield "component", "bind", after["need"], "--profile", after["profile_id"]
    elif {"certificate_id", "profile_id"}.intersection(fields) and row.before is not None:
        yield "component", "unbind", after["need"], *name
    elif "use" in fields:
        yield "component", "use", after["need"], str(after.get("use", Use.AS_NEEDED)).replace(" ", "-"), *name


def _policy(row: KeptRow) -> Iterator[tuple[object, ...]]:
    if row.after is None:
        return
    policy, before = record_after(row, Policy), row.before
    words: list[object] = ["policy", "change", row.id] if before else ["policy", "create", policy.name]
    was = (before or {}).get("vpn") or to_builtins(VpnSettings())
    if before and before["name"] != policy.name:
        words += ["--name", policy.name]
    for field, value in row.after["vpn"].items():
        if value != was.get(field) and value is not None:
            words += _option("certificate" if field == "certificate_id" else field, _CHOICES.get(value, value))
    if before is None or before["platforms"] != row.after["platforms"]:
        words += [word for platform in row.after["platforms"] for word in ("--platform", str(platform).lower())]
    if before is None or before["assignment"] != row.after["assignment"]:
        words += _assigned(policy.assignment)
    yield tuple(words)


def _assigned(to: Assignment) -> list[object]:
    words: list[object] = [word for id in to.devices for word in ("--device", id)]
    if to.filter:
        words += ["--filter", to.filter]
    if to.group:
        words += ["--group", to.group]
    return words or ["--everybody"]


def _trust(row: KeptRow) -> Iterator[tuple[object, ...]]:
    after, before = row.after or {}, row.before or {}
    if after.get("deployed_at") is not None:
        platforms = [word for one in after.get("platforms", ()) for word in ("--platform", str(one).lower())]
        antivirus = ("--antivirus",) if after.get("antivirus_at") is not None else ()
        yield "trust", "deploy", row.id, *platforms, *antivirus
    if bool(after.get("preinstalled")) is not bool(before.get("preinstalled")):
        yield "trust", "preinstalled", row.id, *(() if after.get("preinstalled") else ("--no",))


def _owner(row: KeptRow) -> Iterator[tuple[object, ...]]:
    before, after = row.before or {}, row.after or {}
    kind, _, id = str(after.get("record") or before["record"]).partition(":")
    words: list[object] = []
    for field in ("owner", "deputy", "runbook"):
        if before.get(field, "") != after.get(field, ""):
            words += _option(field, after.get(field, ""))
    yield "owner", "set", kind, *((id,) if id else ()), *words


def _site(row: KeptRow) -> Iterator[tuple[object, ...]]:
    if row.after is None:
        return
    site, words = record_after(row, SiteSettings), list[object]()
    for field in altered(row):
        value: Any = getattr(site, field, None)
        if field == "freezes":
            continue
        if field in ("expiring", "critical"):
            words += [word for part in limits_text(value).split() for word in (f"--{field}", part)]
        elif field == "automatic_backups":
            words += ["--automatic-backups", {True: "on", False: "off", None: "usual"}[value]]
        elif field == "gateway_notice_days":
            words += ["--gateway-notice-days", ",".join(map(str, value)) or "never"]
        else:
            words += _option(field, value)
    if words:
        yield "site", "set", *words
    before = {tuple(sorted(one.items())) for one in (row.before or {}).get("freezes", ())}
    after = {tuple(sorted(one.items())) for one in row.after.get("freezes", ())}
    for one in sorted(before - after):
        yield "site", "freeze", "remove", _days(dict(one))
    for one in sorted(after - before):
        freeze = dict(one)
        yield "site", "freeze", "add", _days(freeze), *(("--why", freeze["why"]) if freeze.get("why") else ())


def _days(freeze: Mapping[str, Any]) -> str:
    return f"{freeze['first']}..{freeze['last']}"


def _device(row: KeptRow) -> Iterator[tuple[object, ...]]:
    words: list[object] = []
    for field in altered(row):
        words += _option(field, (row.after or {}).get(field) or "")
    yield "device", "change", row.id, *words


def _option(field: str, value: object) -> list[object]:
    name = field.replace("_", "-")
    if isinstance(value, bool):
        return [f"--{name}" if value else f"--no-{name}"]
    return [f"--{name}", value]


_BY_TABLE: Mapping[str, Callable[[KeptRow], Iterator[tuple[object, ...]]]] = {
    "certificates": _certificate,
    "components": _component,
    "policies": _policy,
    "trust_anchors": _trust,
    "ownerships": _owner,
    "settings": _site,
    "devices": _device,
}
