"""REST's hints: its own calls and fields, never a command or an option; and what they name is there."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest

from certfleet.api.server.answers import camel_name
from certfleet.api.server.application import CALLS, openapi
from certfleet.api.server.hints import FIELDS, HINTS, ROUTES, hint_of, in_routes
from certfleet.api.server.surfaces import OWN, PRODUCT, Surface
from certfleet.store.effects.records import KINDS
from tests.hints import hints_of
from tests.material import Issued, issue, make_ca

from .conftest import Rest, parts

_ELSEWHERE = (
    "address-in-use",
    "clock-runs",
    "executor-without-workers",
    "file-exists",
    "http-needs-loopback",
    "no-class",
    "not-a-workspace",
    "profile-older",
    "settings-invalid",
    "snapshot-damaged",
    "snapshot-unreadable",
    "start-before-authorities",
    "unknown-setting",
    "workspace-holds-inventory",
    "workspace-in-use",
)
"""Said where a server, a class or a simulation is made, or about what REST can't do."""

_ROUTE = re.compile(r"`(GET|POST|PUT|DELETE) ([^`]+)`")


def speaks_of_commands(text: str) -> bool:
    return "certfleet " in text or re.search(r"(^|[ (`])--[a-z]", text) is not None


def is_a_call(method: str, path: str) -> bool:
    """Whether there is such a call; arguments may have been filled in."""
    return any(
        call.method == method
        and (call.path == path or re.fullmatch(re.sub(r"\\{\w+\\}", "[^/]+", re.escape(call.path)), path))
        for call in CALLS
    )


@pytest.mark.parametrize("surface", (OWN, PRODUCT), ids=("ours", "the product's"))
def test_no_hint_names_a_command_or_an_option(surface: Surface) -> None:
    said = [
        (code, hint_of(code, hint, surface) or "")
        for code, hint in hints_of("store", "simulator", "api")
        if code not in _ELSEWHERE
    ]
    assert [one for one in said if speaks_of_commands(one[1])] == []
    routes = [(code, *found) for code, hint in said for found in _ROUTE.findall(hint)]
    assert len(routes) > 50
    assert [one for one in routes if not is_a_call(*one[1:])] == []


@pytest.mark.parametrize("beginning", ROUTES)
def test_a_route_of_a_command_is_there(beginning: str) -> None:
    route = ROUTES[beginning]
    assert is_a_call(*route.own.replace(" ", f" {OWN.prefix}/").split(" "))
    if route.product is not None:
        assert is_a_call(*route.product.replace(" ", f" {PRODUCT.prefix}/").split(" "))


def test_the_field_of_an_option_is_there() -> None:
    ours, product = (json.dumps(openapi(surface)) for surface in (OWN, PRODUCT))
    for name in FIELDS.values():
        assert f'"{name}"' in ours or f'"{camel_name(name)}"' in product, name


@pytest.mark.parametrize("code", HINTS)
def test_a_hint_in_other_words_is_for_a_refusal_that_there_is(code: str) -> None:
    found = {known for known, _ in hints_of("store", "simulator", "api")}
    assert code in found | {"replacement-without-key", "workspace-protected", "plan-changed", "no-candidates"}


@pytest.mark.parametrize("table", KINDS)
def test_what_undoes_a_change_is_a_call(table: str) -> None:
    for how in KINDS[table][1:]:
        said = in_routes(how)
        assert not speaks_of_commands(said)
        assert all(is_a_call(*found) for found in _ROUTE.findall(said))


def test_arguments_of_a_command_stand_in_the_path() -> None:
    assert in_routes("`certfleet undo 17` does it again.") == f"`POST {OWN.prefix}/audit/17/undo` does it again."
    assert in_routes("`certfleet moment show 'a b/c'`") == f"`GET {OWN.prefix}/moments/a%20b%2Fc`"
    assert in_routes("`certfleet undo ID` undoes") == f"`POST {OWN.prefix}/audit/{{id}}/undo` undoes"
    assert in_routes("Register it again: `certfleet apns register`.") == "Register it again."


class Ways:
    """Requests that are refused, at a workspace with a certificate (1), its CA (2), and nothing else."""

    def __init__(self, rest: Rest, renewed: Issued, same_key: Issued) -> None:
        self.rest = rest
        self.renewed = renewed
        self.same_key = same_key

    def hint(self, surface: Surface, method: str, path: str, body: Any = None, **options: Any) -> tuple[str, str]:
        answer = Rest(self.rest.client, self.rest.token, surface).ask(method, path, body, **options)
        document = answer.json()
        assert answer.status_code >= 400, document
        return document["code"], document["hint"] or ""


@pytest.fixture
def ways(rest: Rest) -> Ways:
    authority = make_ca("Company CA")
    first = issue("mdm.company.example", issuer=authority)
    rest.own.upload("certificates", first.chain_pem, key=first.key_pem)
    return Ways(
        rest,
        issue("mdm.company.example", issuer=authority),
        issue("mdm.company.example", issuer=authority, key=first.key),
    )


FREEZE = {"first": "2026-12-24", "last": "2026-12-31"}
OUTAGE = {"service": "server", "minutes": 90}
OURS = [
    ("device-unknown", "GET", "devices/99", None),
    ("device-unknown", "PUT", "devices/99", {"owner": "Ann"}),
    ("not-found", "GET", "certificates/99", None),
    ("not-found", "GET", "requests/9", None),
    ("not-found", "DELETE", "requests/9", None),
    ("endpoint-unknown", "GET", "endpoints/9", None),
    ("component-unknown", "DELETE", "components/9", None),
    ("component-unknown", "POST", "components/unbind", {"need": "saml"}),
    ("not-a-ca", "POST", "components/bind", {"need": "pki-ca", "certificate_id": 1, "name": "x"}),
    ("is-a-ca", "POST", "components/bind", {"need": "saml", "certificate_id": 2}),
    ("task-unknown", "POST", "tasks/9/done", None),
    ("policy-unknown", "GET", "policies/9", None),
    ("group-unknown", "GET", "authorities/none", None),
    ("group-issues", "DELETE", "authorities/default", None),
    ("account-unknown", "GET", "accounts/nobody", None),
    ("scrape-token-unknown", "DELETE", "scrape-tokens/none", None),
    ("moment-unknown", "GET", "moments/none", None),
    ("audit-line-unknown", "POST", "audit/9999/undo", None),
    ("plan-unknown", "GET", "plans/none", None),
    ("plan-unknown", "POST", "plans/none/run", {}),
    ("freeze-unknown", "DELETE", "site/freezes", FREEZE),
    ("forecast-unknown", "GET", "forecasts/none", None),
    ("simulator-not-running", "POST", "simulation/speed", {"speed": 60}),
    ("outage-unknown", "POST", "simulation/outages/9/end", None),
    ("no-fleet", "POST", "simulation/outages", OUTAGE),
    ("no-fleet", "POST", "simulation/campaign", {}),
    ("no-scenario", "GET", "scenario", None),
    ("no-scenario", "GET", "scenario/debrief", None),
    ("nothing-to-compare", "GET", "certificates/1/comparison", None),
    ("key-stays-here", "GET", "certificates/1/export?format=pkcs12", None),
    ("nobody-to-ask", "POST", "owners/drill", None),
    ("person-unknown", "PUT", "owners/certificate:1", {"owner": "nobody at all"}),
    ("channel-not-configured", "POST", "delivery/smtp/test", None),
]
PRODUCTS = [
    ("device-unknown", "GET", "device/99", None),
    ("not-found", "POST", "certificates/export", {"id": 99}),
    ("group-unknown", "DELETE", "pki/certauthority", {"groupName": "none"}),
    ("group-issues", "DELETE", "pki/certauthority", {"groupName": "default"}),
]


def check(ways: Ways, surface: Surface, found: tuple[str, str], code: str) -> None:
    """The refusal is this one, its hint names calls that there are, and those that only read answer."""
    assert found[0] == code, found
    assert found[1]
    assert not speaks_of_commands(found[1])
    for method, path in _ROUTE.findall(found[1]):
        assert is_a_call(method, path), found
        if method == "GET" and "{" not in path:
            headers = {"auth_token": ways.rest.token or ""}
            assert ways.rest.client.get(path, headers=headers).status_code == 200, found


@pytest.mark.parametrize(("code", "method", "path", "body"), OURS, ids=[f"{one[0]} {one[2]}" for one in OURS])
def test_a_refusal_of_ours_is_met_with_a_call(ways: Ways, code: str, method: str, path: str, body: Any) -> None:
    check(ways, OWN, ways.hint(OWN, method, path, body), code)


@pytest.mark.parametrize(("code", "method", "path", "body"), PRODUCTS, ids=[f"{one[0]} {one[2]}" for one in PRODUCTS])
def test_a_refusal_of_the_product_s_is_met_with_a_call(
    ways: Ways, code: str, method: str, path: str, body: Any
) -> None:
    check(ways, PRODUCT, ways.hint(PRODUCT, method, path, body), code)


def test_an_upload_that_is_refused_is_met_with_its_fields(ways: Ways) -> None:
    again, renewed = ways.same_key, ways.renewed
    own = ways.hint(OWN, "POST", "certificates", files=parts(again.pem))
    check(ways, OWN, own, "same-key")
    assert '`"on_conflict": "replace"` puts' in own[1]
    product = ways.hint(PRODUCT, "POST", "certificates/import/certificate/server", files=parts(again.pem))
    check(ways, PRODUCT, product, "same-key")
    assert '`"onConflict": "replace"` puts' in product[1]
    check(ways, OWN, ways.hint(OWN, "PUT", "certificates/1", files=parts(again.pem)), "same-key-replacement")
    without = ways.hint(OWN, "PUT", "certificates/1", files=parts(renewed.pem))
    check(ways, OWN, without, "replacement-without-key")
    assert "`private_key`" in without[1]
    done = [("private_key", ("key.pem", renewed.key_pem)), *parts(renewed.pem)]
    assert ways.rest.own.ask("PUT", "certificates/1", files=done).status_code == 200


def test_an_export_that_is_refused_is_met_with_a_field(ways: Ways) -> None:
    found = ways.hint(OWN, "POST", "devices/import", files=parts(b"colour,weight\nred,3\n"))
    check(ways, OWN, found, "columns-unknown")
    assert "`mapping`" in found[1]


def test_what_is_there_already_is_met_with_a_call(ways: Ways) -> None:
    for code, path, body in (
        ("moment-name-taken", "moments", {"name": "before"}),
        ("endpoint-exists", "endpoints", {"host": "a.example.com"}),
        ("freeze-exists", "site/freezes", FREEZE),
    ):
        ways.rest.own.done("POST", path, body)
        check(ways, OWN, ways.hint(OWN, "POST", path, body), code)
    check(ways, OWN, ways.hint(OWN, "POST", "moments/before/go"), "cannot-go-back")
    check(ways, OWN, ways.hint(OWN, "POST", "endpoints/1/import", {}), "endpoint-serves-nothing")


def test_a_protected_workspace_is_named_in_the_query(ways: Ways) -> None:
    own = ways.rest.own
    own.done("POST", "components/bind", {"need": "mdm-ssl", "certificate_id": 1})
    own.done("PUT", "site", {"protected_name": "Production"})
    found = ways.hint(OWN, "POST", "components/unbind", {"need": "mdm-ssl"})
    check(ways, OWN, found, "workspace-protected")
    assert "?workspaceName=NAME" in found[1]
    own.done("POST", "components/unbind?workspaceName=Production", {"need": "mdm-ssl"})


def test_effects_say_by_which_call_they_are_undone(rest: Rest) -> None:
    vpn = {"server": "vpn.company.example", "identity_type": "SERIAL_NUMBER"}
    made = rest.own.done("POST", "policies?dryRun=true", {"name": "Phones", "platforms": ["ios"], "vpn": vpn})
    assert made["effects"]["undo"]["how"].startswith(f"delete it again: `DELETE {OWN.prefix}/policies/{{id}}`")
