"""The checklist as Markdown, CSV and a calendar: read by other programs, safe with hostile names."""

from __future__ import annotations

import csv
import io
import re
from datetime import timedelta
from typing import Any

import pytest
from icalendar import Calendar

from certfleet.store.checklist.calendar_export import expiries_icalendar
from certfleet.store.checklist.text_exports import COLUMNS, checklist_csv, checklist_markdown
from certfleet.store.clock import FixedClock
from certfleet.store.inventory.expiry import ExpiryRules
from certfleet.store.model.expiry import ExpiryLimit, ExpiryLimits
from certfleet.store.workspace import Workspace
from tests.material import NOW, issue, issue_long_ago, make_ca
from tests.store.deployment import DAY, bring, replace, use
from tests.store.profiles.material import make_profile

NAMES = [
    "=1+1",
    "+1",
    "-1",
    "@SUM(A1)",
    " =1",
    "＝1",
    "\t=1",
    'say "hi", you',
    "a;b\\c,d",
    "*bold* | <b>x</b>",
    "ä" * 30,
]


def read_csv(text: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(text, newline="")))


def unfolded(data: bytes) -> list[str]:
    """The content lines of a calendar, by RFC 5545, 3.1, alone."""
    return data.replace(b"\r\n ", b"").replace(b"\r\n\t", b"").decode().removesuffix("\r\n").split("\r\n")


# CSV


def test_a_spreadsheet_gets_every_row_with_what_it_is_for(workspace: Workspace, clock: FixedClock) -> None:
    component = use(workspace, "gateway-ssl", issue_long_ago("gateway.example.com", days=20))
    rows = workspace.impact.checklist()
    found = read_csv(checklist_csv(rows))
    assert len(found) == len(rows)
    assert tuple(found[0]) == COLUMNS
    line = next(line for line in found if line["need"] == "gateway-ssl")
    assert line["certificate_id"] == str(component.certificate_id)
    assert (line["status"], line["days_left"], line["level"]) == ("expiring", "19", "fine")
    assert line["not_after"] == "2026-01-20T00:00:00Z"
    assert line["would_stop"] == "no device can enroll; no user can open the store"
    missing = next(line for line in found if line["need"] == "apns")
    assert (missing["status"], missing["level"], missing["certificate"]) == ("missing", "stopped", "")


@pytest.mark.parametrize("name", NAMES)
def test_no_cell_is_a_formula(deployment: Workspace, name: str) -> None:
    use(deployment, "other", issue(name), name="x" if "\t" in name else name)
    text = checklist_csv(deployment.impact.checklist())
    assert "\n" not in text.replace("\r\n", "")
    for line in read_csv(text):
        for column, cell in line.items():
            numeric = column in ("days_left", "devices", "certificate_id", "profile_id")
            assert numeric or not cell.lstrip().startswith(("=", "+", "-", "@", "＝", "＋", "－", "＠")), cell


def test_days_that_have_passed_stay_a_number(deployment: Workspace, clock: FixedClock) -> None:
    use(deployment, "saml", issue("saml", days=5))
    clock.at += 10 * DAY
    line = next(line for line in read_csv(checklist_csv(deployment.impact.checklist())) if line["need"] == "saml")
    assert int(line["days_left"]) == -6


# Markdown


def test_markdown_has_a_table_for_each_group(workspace: Workspace, clock: FixedClock) -> None:
    use(workspace, "gateway-ssl", issue_long_ago("gateway.example.com", days=20))
    rows = workspace.impact.checklist()
    text = checklist_markdown(rows, NOW)
    assert text.startswith("# Certificate checklist\n\nAs of 2026-01-01 00:00 UTC. ")
    assert re.findall(r"^## (.*)$", text, re.M) == ["Endpoint Management server", "MDX Toolkit", "NetScaler Gateway"]
    lines = [line for line in text.splitlines() if line.startswith("| ") and not line.startswith("| done")]
    assert len(lines) == len(rows)
    assert all(len(re.findall(r"(?<!\\)\|", line)) == 10 for line in lines)
    (gateway,) = [line for line in lines if "gateway.example.com" in line]
    assert "| no | SSL certificate for the Gateway FQDN |" in gateway
    assert "| 2026-01-20 00:00 | 19 | 0 |" in gateway


@pytest.mark.parametrize("name", NAMES)
def test_names_are_no_markup(deployment: Workspace, name: str) -> None:
    use(deployment, "saml", issue(name))
    (line,) = [line for line in checklist_markdown(deployment.impact.checklist(), NOW).splitlines() if "| SAML" in line]
    assert len(re.findall(r"(?<!\\)\|", line)) == 10
    assert not re.search(r"(?<!\\)[<>*`\[]", line)


def test_nothing_to_list() -> None:
    assert "0 rows" in checklist_markdown([], NOW)
    assert read_csv(checklist_csv([])) == []
    assert Calendar.from_ical(expiries_icalendar([], NOW, "x", ExpiryRules())).walk("VEVENT") == []


# iCalendar


def test_an_event_at_each_end_with_two_alarms(deployment: Workspace, clock: FixedClock) -> None:
    root = make_ca("A Root")
    use(deployment, "gateway-ssl", issue("gateway.example.com", days=100, issuer=root))
    profile = deployment.profiles.import_file(make_profile(not_after=NOW + 50 * DAY)).profile
    deployment.components.bind_profile(profile.id)
    data = expiries_icalendar(deployment.impact.checklist(), NOW, "My workspace", ExpiryRules())
    calendar = Calendar.from_ical(data)
    assert calendar["VERSION"] == "2.0" and calendar["PRODID"]
    assert calendar.calendar_name == "My workspace"
    events: dict[str, Any] = {str(event["SUMMARY"]): event for event in calendar.walk("VEVENT")}
    assert set(events) == {
        "SSL certificate for the Gateway FQDN (gateway.example.com) expires",
        "CA certificate A Root expires",
        "Provisioning profile com.company.securemail (Secure Mail In-House) expires",
    }
    event = events["SSL certificate for the Gateway FQDN (gateway.example.com) expires"]
    assert event.start == NOW + 99 * DAY
    assert event["DTSTAMP"].dt == NOW
    assert "no user can open the store" in event["DESCRIPTION"]
    for one in events.values():
        alarms = one.walk("VALARM")
        assert [alarm["TRIGGER"].dt for alarm in alarms] == [timedelta(days=-30), timedelta(days=-10)]
        assert {str(alarm["ACTION"]) for alarm in alarms} == {"DISPLAY"}
        assert all(alarm["DESCRIPTION"] for alarm in alarms)


def test_alarms_by_the_settings_of_the_site(deployment: Workspace) -> None:
    use(deployment, "saml", issue("saml", days=100))
    deployment.site.set(expiring=ExpiryLimits(ExpiryLimit(20, 2)), critical=ExpiryLimits(ExpiryLimit(2, 2)))
    data = expiries_icalendar(deployment.impact.checklist(), NOW, "x", deployment.expiry())
    alarms: Any = Calendar.from_ical(data).walk("VALARM")
    assert [alarm["TRIGGER"].dt for alarm in alarms] == [timedelta(days=-20), timedelta(days=-2)]


def test_a_certificate_of_several_components_ends_once(deployment: Workspace) -> None:
    entry = bring(deployment, issue("*.example.com"))
    deployment.components.bind("gateway-ssl", entry.id)
    deployment.components.bind("gateway-exchange-ssl", entry.id)
    event: Any
    (event,) = Calendar.from_ical(expiries_icalendar(deployment.impact.checklist(), NOW, "x", ExpiryRules())).walk(
        "VEVENT"
    )
    assert event["UID"] == f"{entry.fingerprint_sha256}@certfleet"
    assert "Gateway FQDN" in event["SUMMARY"] and "Exchange" in event["SUMMARY"]


def test_the_next_export_has_the_same_events(deployment: Workspace, clock: FixedClock) -> None:
    use(deployment, "saml", issue("saml", days=100))
    profile = deployment.profiles.import_file(make_profile(not_after=NOW + 50 * DAY)).profile
    deployment.components.bind_profile(profile.id)

    def uids() -> list[str]:
        exported = expiries_icalendar(deployment.impact.checklist(), clock.at, "x", ExpiryRules())
        return [str(event["UID"]) for event in Calendar.from_ical(exported).walk("VEVENT")]

    before = uids()
    clock.at += DAY
    assert uids() == before
    deployment.profiles.import_file(make_profile(not_after=NOW + 300 * DAY))
    after = uids()
    assert len(set(after) & set(before)) == 1  # the newer profile is another event


@pytest.mark.parametrize("name", [*NAMES, "line\r\nEND:VCALENDAR", "\u202egnp.exe", "bell\x07"])
def test_hostile_names_are_texts(deployment: Workspace, name: str) -> None:
    """Escaped, folded at 75 octets, and read back as they were but for what can't be seen."""
    use(deployment, "saml", issue(name))
    data = expiries_icalendar(deployment.impact.checklist(), NOW, name, ExpiryRules())
    assert data.endswith(b"\r\n")
    assert b"\n" not in data.replace(b"\r\n", b"")
    assert max(len(line) for line in data.split(b"\r\n")) <= 75
    assert not re.search(rb"[\x00-\x08\x0b\x0c\x0e-\x1f]", data)
    lines = unfolded(data)
    assert [lines.count(line) for line in ("BEGIN:VCALENDAR", "END:VCALENDAR", "BEGIN:VEVENT")] == [1, 1, 1]
    calendar = Calendar.from_ical(data)
    (event,) = calendar.walk("VEVENT")
    shown = deployment.inventory.list()[0].name
    assert shown in str(event["SUMMARY"])
    assert calendar.calendar_name == "".join(character if character.isprintable() else " " for character in name)
    (summary,) = [line for line in lines if line.startswith("SUMMARY:SAML")]
    assert shown.replace("\\", "\\\\").replace(";", "\\;").replace(",", "\\,") in summary


def test_what_has_no_end_is_not_in_it(deployment: Workspace) -> None:
    use(deployment, "saml", issue("saml", days=2_912_000))
    rows = deployment.impact.checklist()
    assert rows[1].not_after is not None and rows[1].not_after.year == 9998
    assert len(Calendar.from_ical(expiries_icalendar(rows, NOW, "x", ExpiryRules())).walk("VEVENT")) == 1


def test_the_old_certificate_that_is_still_served_ends_too(deployment: Workspace, clock: FixedClock) -> None:
    deployment.site.set(migrated=True)
    component = use(deployment, "mdm-ssl", issue("mdm.example.com", days=30))
    replace(deployment, component, issue("mdm.example.com", days=300))
    data = expiries_icalendar(deployment.impact.checklist(), NOW, "x", ExpiryRules())
    events: list[Any] = Calendar.from_ical(data).walk("VEVENT")
    old, new = sorted(events, key=lambda event: event.start)
    assert (old.start, new.start) == (NOW + 29 * DAY, NOW + 299 * DAY)
    assert "still served" in old["SUMMARY"] and "support" in old["DESCRIPTION"]
