"""The reference has every error code of the source and every REST endpoint, and nothing else."""

from __future__ import annotations

import ast
import re
from pathlib import Path
from typing import get_args

from certfleet.api.server.application import openapi
from certfleet.api.server.problems import NAMELESS
from certfleet.api.server.surfaces import OWN, PRODUCT
from certfleet.simulator.plans.file_text import Kind
from certfleet.store.components.capabilities import Capability
from certfleet.store.components.needs import NEEDS
from certfleet.store.consequences.consequences import Reason
from certfleet.store.consequences.simulated_outages import SERVER_OUTAGE

ROOT = Path(__file__).parents[2]
CODES = (ROOT / "docs" / "cli" / "errors.md").read_text()
REST = (ROOT / "docs" / "rest.md").read_text()


def codes_in_the_source(*folders: str) -> set[str]:
    """The first argument of every ``Refusal(…)``, and the first word of every ``unknown = …`` (``RecordTable``)."""
    found: set[str] = set()
    for folder in folders:
        for path in (ROOT / folder).rglob("*.py"):
            text = path.read_text()
            # To parse all files takes seconds.
            for node in ast.walk(ast.parse(text)) if "Refusal" in text or "unknown" in text else ():
                match node:
                    case ast.Call(func=ast.Name("Refusal"), args=[ast.Constant(str(code)), *_]):
                        found.add(code)
                    case ast.ClassDef(bases=[ast.Name("Refusal")]):
                        found |= _passed_on(node)
                    case ast.Assign(targets=[ast.Name("unknown")], value=ast.Tuple([ast.Constant(str(code)), *_])):
                        found |= {code} if re.fullmatch("[a-z0-9-]+", code) else set()
    return found


def _passed_on(refusal: ast.ClassDef) -> set[str]:
    """The code that a class of refusals hands to its base."""
    found = set()
    for node in ast.walk(refusal):
        match node:
            case ast.Call(func=ast.Attribute(attr="__init__"), args=[ast.Constant(str(code)), *_]):
                found.add(code)
    return found


def composed_codes() -> set[str]:
    """Those that the gate refuses with: of a need and what is wrong with its certificate, where that turns devices
    away; of a simulated outage; and of the files that people write for rehearsals."""
    turning_away = (Capability.ENROLL, Capability.CHECK_IN, Capability.MANAGE)
    files = {f"{kind}-{wrong}" for kind in get_args(Kind) for wrong in ("unreadable", "invalid")}
    return (
        files
        | {"ssl-error-61", SERVER_OUTAGE}
        | {
            f"{need.code}-{reason}"
            for need in NEEDS
            if any(effect.capability in turning_away for effect in need.effects)
            for reason in (Reason.EXPIRED, Reason.NOT_YET_VALID, Reason.MISSING, Reason.REVOKED)
            if reason is not Reason.REVOKED or need.id == "apns"  # the portal revokes push certificates alone
        }
    )


def documented(text: str) -> set[str]:
    """The codes that a table begins its rows with."""
    return set(re.findall(r"^\| `([a-z0-9-]+)` \|", text, re.M))


def test_every_error_code_is_documented() -> None:
    codes = codes_in_the_source("store", "simulator", "testing", "cli") | composed_codes()
    ours, over_rest = documented(CODES), documented(REST.split("## What the server accepts")[0])
    server = codes_in_the_source("api") | {*NAMELESS.values(), "request-refused", "internal-error"}
    assert codes <= ours
    assert ours | over_rest == codes | server
    assert not ours & over_rest


def test_every_endpoint_is_documented() -> None:
    products, ours = REST.split("\n## Our own calls\n")
    for surface, page in ((PRODUCT, products), (OWN, ours)):
        there = {
            f"{method.upper()} {path.removeprefix(f'{surface.prefix}/')}"
            for path, operations in openapi(surface)["paths"].items()
            for method in operations
        }
        assert set(re.findall(r"`((?:GET|POST|PUT|DELETE) [\w/{}-]+)`", page)) == there
