"""What was found, for programs: JUnit's XML, and SARIF 2.1.0 (OASIS)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from urllib.parse import quote
from xml.etree.ElementTree import Element, SubElement, indent, tostring

import msgspec

from ... import __version__
from ...store.printable import printable
from ...store.words import day
from .searching import Found, State, Unread, state_of

RULE = "certificate-expires"


def sentence(found: Found) -> str:
    """What is to be said of a certificate."""
    where = f" ({found.alias})" if found.alias else ""
    return printable(f"{found.subject or 'a certificate without a subject'}{where} expires on {day(found.not_after)}")


def junit(found: Sequence[Found], unread: Sequence[Unread], now: datetime, before: datetime) -> bytes:
    """A test case for each certificate, failed if it goes off, and for each file that can't be opened, skipped."""
    failed = [one for one in found if state_of(one, now, before) is State.GOES_OFF]
    suite = Element(
        "testsuite",
        name="certfleet fixture bombs",
        tests=str(len(found) + len(unread)),
        failures=str(len(failed)),
        errors="0",
        skipped=str(len(unread)),
    )
    for one in found:
        case = SubElement(suite, "testcase", classname=printable(one.path), name=sentence(one))
        if state_of(one, now, before) is State.GOES_OFF:
            SubElement(case, "failure", message=f"it expires before {day(before)}").text = _place(one)
    for locked in unread:
        case = SubElement(suite, "testcase", classname=printable(locked.path), name="can be opened")
        SubElement(case, "skipped", message=printable(locked.why))
    indent(suite)
    text = str(tostring(suite, encoding="unicode"))
    return f'<?xml version="1.0" encoding="utf-8"?>\n{text}\n'.encode()


def sarif(found: Sequence[Found], unread: Sequence[Unread], now: datetime, before: datetime) -> bytes:
    """A warning for each certificate that goes off, and a note for each file that can't be opened."""
    results = [
        _result("warning", f"{sentence(one)}, before {day(before)}.", one.path, one.line)
        for one in found
        if state_of(one, now, before) is State.GOES_OFF
    ]
    results += [_result("note", f"It can't be opened: {printable(one.why)}.", one.path, None) for one in unread]
    rule = {
        "id": RULE,
        "shortDescription": {"text": "A certificate in the repository expires; tests that use it will fail."},
        "helpUri": "https://datatracker.ietf.org/doc/html/rfc5280#section-4.1.2.5",
    }
    driver = {"name": "certfleet fixture bombs", "version": __version__, "rules": [rule]}
    document = {
        "$schema": "https://json.schemastore.org/sarif-2.1.0.json",
        "version": "2.1.0",
        "runs": [{"tool": {"driver": driver}, "results": results}],
    }
    return msgspec.json.format(msgspec.json.encode(document), indent=2) + b"\n"


def _result(level: str, text: str, path: str, line: int | None) -> dict[str, object]:
    place: dict[str, object] = {"artifactLocation": {"uri": quote(path.replace("\\", "/"))}}
    if line is not None:
        place["region"] = {"startLine": line}
    location = {"physicalLocation": place}
    return {"ruleId": RULE, "level": level, "message": {"text": text}, "locations": [location]}


def _place(found: Found) -> str:
    return printable(f"{found.path}:{found.line}" if found.line is not None else found.path)
