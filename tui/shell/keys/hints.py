"""Hints in the console's own words: its keys in place of a command or an option that the store names."""

from __future__ import annotations

import re

from ....store.errors import Refusal
from ....store.printable import printable
from .keys import keyed

_FITS = "Choose another certificate: binding one on Checklist ({screen-6}) lists what fits."

# By refusal code, for store hints that speak of the command line.
HINTS = {
    "apns-needs-keystore": "Bring the keystore (.p12) with its key, or make a request ({new} on Certificates).",
    "bulk-unknown": "{other-tab} on Policies lists them.",
    "campaign-invalid": "Choose a later day.",
    "campaign-running": "{campaign} ends it. It tells those who come to need it later by itself.",
    "already-delivered": "{again} sends it again, after asking.",
    "channel-not-configured": "{settings} on Notices sets it up.",
    "nobody-to-ask": "{owner} on a certificate names an owner.",
    "person-unknown": "Write a mail address, or the name of an account.",
    "clock-is-wall": "{new} on Simulator draws a fleet, on a virtual clock.",
    "clock-runs": "Leave the start empty, or use a new workspace.",
    "component-unknown": "{screen-6} lists them.",
    "credentials-ambiguous": "Name the one that is.",
    "database-elsewhere": "Back up its schema with PostgreSQL's own tools; docs/postgresql.md says how.",
    "columns-unknown": "Name a mapping file: docs/device-import.md says how to write one.",
    "date-ambiguous": "Choose which number is the day.",
    "date-in-future": "Look at the workspace's clock.",
    "device-unknown": "{screen-3} lists the devices.",
    "filter-unclear": "{help} on Devices shows what there is to filter by.",
    "endpoint-differs": "Its details name the addresses and what each serves ({other-tab} on Checklist).",
    "endpoint-exists": "Several certificates behind one address are told apart by the server name that is asked for.",
    "endpoint-serves-nothing": "{again} on Endpoints ({other-tab} on Checklist) asks it.",
    "file-exists": "Name another one, or tick “overwrite”.",
    "fleet-is-simulated": "Import real devices into a workspace of their own.",
    "fleet-unfinished": "{new} on Simulator goes on with it.",
    "forecast-unknown": "{other-tab} on Simulator lists them.",
    "freeze-exists": "The site's settings have it.",
    "freeze-unknown": "The site's settings have the freezes.",
    "horizon-invalid": "Write a number of days, from 1 to 3650.",
    "group-unknown": "{screen-4} lists them.",
    "group-issues": "Activate another group before ({activate}).",
    "group-in-use": "{follow} shows the devices; renew them there ({secure}).",
    "policy-not-taken": "Enroll the device another way, or change the policy.",
    "cannot-go-back": "Look at the moment on the command line.",
    "moment-name-taken": "Choose another name.",
    "identity-conflict": "Look which one is right: {screen-3} lists the devices.",
    "no-candidates": "Choose other devices, or more time.",
    "plan-changed": "Give the file another name to begin it anew, or stop the earlier one ({to-do} on Forecast).",
    "plan-action-not-due": "{to-do} on Forecast shows what waits.",
    "plan-over": "Give the file another name to begin it anew.",
    "no-device-certificate": "{other-tab} on Policies shows them; {import} there imports an archive.",
    "no-campaign": "{campaign} on Simulator starts one.",
    "no-class": "A class is made on the command line.",
    "no-scenario": "{scenario} starts one.",
    "no-hint": "The debrief tells the best way known.",
    "no-fleet": "{new} on Simulator draws one.",
    "outage-exists": "{outage} on Simulator ends it.",
    "no-group-ready": "{new} on Authorities requests one, at once or after a while.",
    "nothing-held": "No ring is held.",
    "nothing-to-measure": "Import an export with the last check-ins.",
    "nothing-to-compare": "Select two certificates ({select}) to compare them.",
    "nothing-to-fix": "{screen-7} shows with which errors devices answer.",
    "not-found": "{screen-2} lists every certificate; {to-do} there lists the requests.",
    "password-needed": "Type the password.",
    "policy-unknown": "It may have been deleted meanwhile.",
    "profile-older": "Import the newest one; or tick that this one is to be taken all the same.",
    "replacement-without-key": "Name the file of its private key as well, or bring a keystore.",
    "same-key": "Choose what to do with the entry that holds the key.",
    "same-key-in-file": "Leave one out of the file, or keep the first of them alone.",
    "same-key-replacement": "Press {new} on Certificates to request one over a new key, then replace with the answer.",
    "simulator-not-running": "{run} on Simulator starts one.",
    "simulator-running": "{run} on Simulator pauses it.",
    "start-before-authorities": "Choose a later start, or a new workspace, whose CAs are generated to match.",
    "time-zone-unknown": "Name it: UTC, or Europe/Berlin.",
    "audit-line-unknown": "{screen-9} lists the lines.",
    "nothing-to-undo": "{screen-9} lists what others did; {undo} there undoes it.",
    "undo-overtaken": "{undo} on the later line undoes that first.",
    "use-as-invalid": "Import them as an archive: {screen-5} shows policies and device certificates.",
    "task-unknown": "{to-do} on Checklist lists them.",
    "endpoint-unknown": "Endpoints ({other-tab} on Checklist) lists them.",
    "is-a-ca": _FITS,
    "not-a-ca": _FITS,
    "push-certificate": _FITS,
    "push-topic-of-an-app": _FITS,
    "push-topic-of-devices": _FITS,
    "wrong-purpose": _FITS,
    "mapping-invalid": "docs/device-import.md says how to write a mapping file.",
    "moment-unknown": "{keep} on Simulator lists them.",
    "outage-unknown": "{outage} on Simulator shows those that are on, or planned.",
    "plan-unknown": "{to-do} on Forecast lists them.",
    "workspace-protected": "Type its name where you are asked for it.",
    "workspace-in-use": "A scenario begins in a new workspace.",
    "workspace-holds-inventory": "Draw the fleet in a copy of it, or in a new workspace.",
}

# By command, for texts that say how to undo a change. What the console can't do has none.
KEYS = {
    "apns request": "{replace} on Checklist",
    "bulk delete": "{other-tab} on Policies",
    "certificate export": "{export} on Certificates",
    "certificate import": "{import} on Certificates",
    "certificate replace": "{replace} on Certificates",
    "certificate requests": "{to-do} on Certificates",
    "component remove": "{delete} on Checklist",
    "undo": "{undo} on Audit",
    "device list": "{screen-3} lists the devices",
    "policy delete": "{delete} on Policies",
    "simulate campaign end": "{campaign} on Simulator",
    "simulate end-outage": "{outage} on Simulator",
    "simulate outage": "{outage} on Simulator",
    "moment list": "{keep} on Simulator",
    "task done": "{to-do} on Checklist",
    "trust withdraw": "{deploy} on Checklist",
}

_DEPLOYING = re.compile(r"\(`certfleet trust deploy [^`]*`\)")
_UNDOING = re.compile(r": `certfleet ([^`]*)`")
_COMMANDS = re.compile(r" \((?:`certfleet [^`]*`|--[a-z-]+)\)")


def hint_of(refusal: Refusal) -> str | None:
    """The hint of a refusal; None without one."""
    hint = HINTS.get(refusal.code, refusal.hint)
    return None if hint is None else with_keys(without_commands(hint if refusal.code not in HINTS else keyed(hint)))


def without_commands(text: str) -> str:
    """A sentence of the store with the console's key in place of the command; the command is left out if there is no
    key."""
    return printable(_COMMANDS.sub("", _DEPLOYING.sub(keyed("({deploy})"), text)))


def with_keys(text: str) -> str:
    """How to undo a change, with the console's key in place of the command; the command is left out if there is no
    key."""
    return printable(_UNDOING.sub(lambda found: _key(found[1]), text))


def _key(command: str) -> str:
    key = next((key for start, key in KEYS.items() if command.startswith(start)), None)
    return "" if key is None else f": {keyed(key)}"
