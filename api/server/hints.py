"""Hints in REST's own words: its routes and fields, in place of the commands and options that the store names.

The console has the same with its keys (``tui.shell.keys.hints``). A hint without a command or an option is true for
everybody, and stays as it is.
"""

from __future__ import annotations

import re
import shlex
from typing import NamedTuple
from urllib.parse import quote

from .answers import camel_name
from .surfaces import OWN, PRODUCT, Surface


class Route(NamedTuple):
    """What does the same as a command, on our surface and, where it has its own call, on the product's: a method, and a
    path below the prefix. Arguments of the command take the places of ``{…}``."""

    own: str
    product: str | None = None


ROUTES = {
    "admin list": Route("GET accounts"),
    "admin remove": Route("DELETE accounts/{name}"),
    "admin scrape-token add": Route("POST scrape-tokens"),
    "admin scrape-token list": Route("GET scrape-tokens"),
    "admin scrape-token revoke": Route("DELETE scrape-tokens/{name}"),
    "admin unlock": Route("POST accounts/{name}/unlock"),
    "apns renew": Route("POST apns/renew"),
    "apns request": Route("POST apns/request"),
    "audit list": Route("GET audit"),
    "authority activate": Route("POST authorities/{name}/activate", "PUT pki/certauthority/issuingCA"),
    "authority list": Route("GET authorities", "GET pki/certauthority"),
    "authority refresh": Route("POST authorities", "POST pki/certauthority"),
    "bulk delete": Route("DELETE bulk", "POST certificates/remove/keystore/device"),
    "bulk import": Route("POST bulk", "POST certificates/import/keystore/device"),
    "bulk list": Route("GET bulk"),
    "certificate export": Route("GET certificates/{id}/export", "POST certificates/export"),
    "certificate import": Route("POST certificates", "POST certificates/import/certificate/{use}"),
    "certificate list": Route("GET certificates", "GET certificates"),
    "certificate replace": Route("PUT certificates/{id}"),
    "certificate request": Route("POST requests", "POST certificates/csr"),
    "certificate requests": Route("GET requests"),
    "certificate requests --cancel": Route("DELETE requests/{id}"),
    "component bind": Route("POST components/bind"),
    "component candidates": Route("GET components/needs/{need}/candidates"),
    "component list": Route("GET components"),
    "component remove": Route("DELETE components/{id}"),
    "device change": Route("PUT devices/{id}"),
    "device delete": Route("DELETE devices", "DELETE device"),
    "device enroll": Route("POST devices/{id}/enroll"),
    "device import": Route("POST devices/import"),
    "device list": Route("GET devices", "POST device/filter"),
    "device renew": Route("POST devices/renew", "POST device/renewDeviceCert"),
    "device show": Route("GET devices/{id}", "GET device/{id}"),
    "endpoint add": Route("POST endpoints"),
    "endpoint check": Route("POST endpoints/check"),
    "endpoint list": Route("GET endpoints"),
    "endpoint remove": Route("DELETE endpoints/{id}"),
    "endpoint show": Route("GET endpoints/{id}"),
    "forecast-review": Route("GET forecasts"),
    "moment compare": Route("GET moments/{name}/comparison"),
    "moment forget": Route("DELETE moments/{name}"),
    "moment list": Route("GET moments"),
    "moment show": Route("GET moments/{name}"),
    "notice retry": Route("POST delivery/retry"),
    "notice smtp set": Route("PUT delivery/smtp"),
    "notice webhook set": Route("PUT delivery/webhook"),
    "owner set": Route("PUT owners/{record}"),
    "plan done": Route("POST plans/{name}/done"),
    "plan run": Route("POST plans"),
    "plan status": Route("GET plans"),
    "policy delete": Route("DELETE policies/{id}"),
    "policy list": Route("GET policies"),
    "simulate campaign end": Route("POST simulation/campaign/end"),
    "simulate campaign start": Route("POST simulation/campaign"),
    "simulate end-outage": Route("POST simulation/outages/{id}/end"),
    "simulate log": Route("GET simulation/log"),
    "simulate outage": Route("POST simulation/outages"),
    "simulate outages": Route("GET simulation/outages"),
    "simulate run": Route("POST simulation/start"),
    "simulate stop": Route("POST simulation/stop"),
    "site freeze list": Route("GET site"),
    "site set": Route("PUT site"),
    "site show": Route("GET site"),
    "task list": Route("GET tasks"),
    "workspace backup": Route("POST backups"),
    "workspace backups": Route("GET backups"),
    "trust withdraw": Route("POST trust/withdraw"),
    "undo": Route("POST audit/{id}/undo"),
}
"""By the beginning of a command."""

FIELDS = {
    "--address": "address",
    "--credentials": "credential_file_name",
    "--dates": "dates",
    "--deadline": "deadline_days",
    "--first-mail": "first_mail_at",
    "--identity-type": "identity_type",
    "--on-conflict": "on_conflict",
    "--san": "sans",
    "--server-name": "server_name",
    "--time-zone": "time_zone",
    "--yes": "confirmed",
}
"""By option, the field of a body by our name; the product's is in its own way of writing."""

_SENT = {"--yes": "true"}
"""What is sent for options that take no value."""
_WITH_VALUES = ("--dates", "--on-conflict", "--time-zone")
"""Options whose hints name a value."""

_MAPPING = "Name the columns in a mapping, and send its text as `mapping`: docs/device-import.md says how."
HINTS = {
    "clock-is-wall": "Simulate in a workspace with a virtual clock.",
    "columns-unknown": _MAPPING,
    "database-elsewhere": "Its backups are those of PostgreSQL; docs/postgresql.md says how they are made.",
    "export-unreadable": _MAPPING,
    "filter-unclear": "The OpenAPI page lists the parameters of `certfleet device list`.",
    "fleet-is-simulated": "Import real devices into a workspace of their own.",
    "fleet-unfinished": "Whoever runs the server goes on with it on the command line.",
    "login-taken": "Whoever runs the server ends that on the command line.",
    "mapping-invalid": "Send a mapping as docs/device-import.md says.",
    "no-fleet": "Whoever runs the server draws one on the command line.",
    "no-hint": "`POST scenario/solution` lets `GET scenario/debrief` tell the best way known.",
    "no-scenario": "Whoever runs the server starts one on the command line, in a new workspace.",
    "nothing-to-compare": "Name a second entry: `other`.",
    "nothing-to-measure": "Import an export with the last check-ins: `certfleet device import`.",
    "no-candidates": "Choose other devices, or more time.",
    "password-needed": "Send it as `password`.",
    "plan-changed": "Begin it under another name; actions of the earlier one are not undone.",
    "replacement-without-key": "Bring the private key along: a part `private_key`, or a keystore.",
    "vault-missing": "Whoever runs the server has to check the workspace.",
    "workspace-damaged": "Whoever runs the server has to check the workspace.",
    "workspace-protected": "Add ?workspaceName=NAME if you mean it. `certfleet site show` has its name.",
}
"""By refusal code, for hints about what other words have to be found for."""

_COMMAND = re.compile(r"`certfleet ([^`]*)`")
_WITHOUT = re.compile(r": `certfleet [^`]*`| \(`certfleet [^`]*`\)")
_OPTION = re.compile(r"`?(--[a-z][a-z-]*)(?: ([A-Za-z][\w/-]*))?`?")
_OURS = re.compile(r"`((?:GET|POST|PUT|DELETE) )(?!/)")
_ARGUMENT = re.compile(r"\{\w+\}")


def hint_of(code: str, hint: str | None, surface: Surface = OWN) -> str | None:
    """The hint of a refusal with this code, for those who ask by a surface; None without one."""
    if hint is None:
        return None
    return in_routes(HINTS.get(code, hint) if _speaks_of_commands(hint) else hint, surface)


def in_routes(text: str, surface: Surface = OWN) -> str:
    """A sentence of the store with routes and fields in place of commands and options. What no route does is left
    out."""
    text = _WITHOUT.sub("", _COMMAND.sub(lambda found: _route(found[1], surface) or found[0], text))
    text = _OPTION.sub(lambda found: _field(found[1], found[2] or "", surface), text)
    return _OURS.sub(rf"`\1{OWN.prefix}/", text)


def _speaks_of_commands(hint: str) -> bool:
    return "`certfleet " in hint or _OPTION.search(hint) is not None


def _route(command: str, surface: Surface) -> str | None:
    beginning = max((one for one in ROUTES if f"{command} ".startswith(f"{one} ")), key=len, default=None)
    if beginning is None:
        return None
    route = ROUTES[beginning]
    if surface.has_camel_names and route.product is not None:
        method, path, prefix = *route.product.split(" "), PRODUCT.prefix
    else:
        method, path, prefix = *route.own.split(" "), OWN.prefix
    for argument in shlex.split(command.removeprefix(beginning)):
        if argument.startswith("-"):
            break
        if not argument.isupper() or argument.isdecimal():
            path = quote(argument, safe="").join(_ARGUMENT.split(path, maxsplit=1))
    return f"`{method} {prefix}/{path}`"


def _field(option: str, value: str, surface: Surface) -> str:
    name = FIELDS.get(option)
    if name is None:
        return f"{option} {value}".rstrip()
    name = camel_name(name) if surface.has_camel_names else name
    if option in _SENT:
        return f'`"{name}": {_SENT[option]}`' + (f" {value}" if value else "")
    if option in _WITH_VALUES and value:
        return f'`"{name}": "{value}"`'
    return f"`{name}`" + (f" {value}" if value else "")
