"""Settings of the site over REST: the same as `site show` and `site set`."""

from __future__ import annotations

import pytest

from certfleet.store.model.expiry import CRITICAL, ExpiryLimit, ExpiryLimits, ExpiryUse
from certfleet.store.workspace import Workspace
from tests.documents import export_of
from tests.material import Issued

from .conftest import Rest


def test_settings_are_shown_and_changed_one_by_one(rest: Rest, workspace: Workspace) -> None:
    before = rest.own.done("GET", "site")["site"]
    assert (before["gateway_notice_days"], before["mdm_fqdn"]) == ([30, 14, 7, 1], "")
    assert before["critical"] == {"default": {"days": 10, "lifetime_divisor": 10}, "by_use": {}}
    asked = {"mdm_fqdn": "MDM.example.com.", "ssl_offload": "true", "migrated": None, "gateway_notice_days": [1, 30]}
    after = rest.own.done("PUT", "site", asked)["site"]
    settings = workspace.site.get()
    assert (settings.mdm_fqdn, settings.ssl_offload, settings.gateway_notice_days) == (after["mdm_fqdn"], True, (30, 1))
    assert rest.own.done("PUT", "site", {"ssl_offload": None})["site"] == after == rest.own.done("GET", "site")["site"]


def test_the_pace_of_pushes_is_a_setting(rest: Rest, workspace: Workspace) -> None:
    assert rest.own.done("PUT", "site", {"pushes_a_minute": 300})["site"]["pushes_a_minute"] == 300
    assert workspace.site.get().pushes_a_minute == 300
    assert rest.own.refused("PUT", "site", {"pushes_a_minute": 0}) == (400, "request-invalid")


def test_devices_that_are_silent_for_long_are_deleted_if_one_wants(rest: Rest, workspace: Workspace) -> None:
    assert rest.own.done("GET", "site")["site"]["delete_inactive_days"] == 0
    rest.own.done("PUT", "site", {"delete_inactive_days": 90})
    assert workspace.site.get().delete_inactive_days == 90
    assert rest.own.refused("PUT", "site", {"delete_inactive_days": 4000}) == (400, "request-invalid")


def test_limits_of_uses_are_changed_and_given_up(rest: Rest, workspace: Workspace) -> None:
    saml, ca = {"days": 45, "lifetime_divisor": 2}, {"days": 60, "lifetime_divisor": 3}
    rest.own.done("PUT", "site", {"expiring": {"by_use": {"saml": saml, "ca": ca}}})
    changed = {"default": {"days": 40, "lifetime_divisor": 4}, "by_use": {"saml": None}}
    told = rest.own.done("PUT", "site", {"expiring": changed})["site"]["expiring"]
    assert told == {"default": {"days": 40, "lifetime_divisor": 4}, "by_use": {"ca": ca}}
    assert workspace.site.get().expiring == ExpiryLimits(ExpiryLimit(40, 4), {ExpiryUse.CA: ExpiryLimit(60, 3)})
    assert workspace.site.get().critical == CRITICAL


def test_a_dry_run_tells_what_the_change_does(rest: Rest, workspace: Workspace, server_certificate: Issued) -> None:
    rest.upload("certificates/import/certificate/server", server_certificate.chain_pem, key=server_certificate.key_pem)
    rest.own.done("POST", "components/bind", {"need": "mdm-ssl", "certificate_id": 1})
    before, change = export_of(workspace), {"mdm_fqdn": "other.example.org"}
    tried = rest.own.done("PUT", "site", change, params={"dryRun": "true"})
    assert any("it is not for other.example.org" in note for note in tried["effects"]["notes"])
    assert export_of(workspace) == before
    assert rest.own.done("PUT", "site", change)["effects"] == tried["effects"]


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"apns_grace_days": -1}, "request-invalid"),
        ({"critical": {"default": {"days": 90, "lifetime_divisor": 10}}}, "setting-invalid"),
        ({"expiring": {"by_use": {"nonsense": None}}}, "request-invalid"),
        ({"default_owner": "nobody known"}, "person-unknown"),
    ],
)
def test_what_can_not_be_is_refused(rest: Rest, change: dict[str, object], code: str) -> None:
    before = rest.own.done("GET", "site")
    assert rest.own.refused("PUT", "site", change) == (400, code)
    assert rest.own.done("GET", "site") == before


def test_change_freezes_are_added_and_removed(rest: Rest, workspace: Workspace) -> None:
    days = {"first": "2026-12-20", "last": "2027-01-06"}
    told = rest.own.done("POST", "site/freezes", {**days, "why": "end of the year"})
    assert told["site"]["freezes"] == [{**days, "why": "end of the year"}]
    assert rest.own.refused("POST", "site/freezes", days) == (409, "freeze-exists")
    more = rest.own.done("POST", "site/freezes", {"first": "2027-01-06", "last": "2027-01-08"})
    assert more["effects"]["notes"] == ["it overlaps the change freeze 2026-12-20..2027-01-06 (end of the year)"]
    over = rest.own.done(
        "POST", "site/freezes", {"first": "2020-12-20", "last": "2020-12-30"}, params={"dryRun": "true"}
    )
    assert over["effects"]["notes"] == ["the change freeze 2020-12-20..2020-12-30 is over: it moves no day"]
    assert rest.own.refused("POST", "site/freezes", {"first": "2026-12-20", "last": "2072-01-06"}) == (
        400,
        "freeze-invalid",
    )
    assert rest.own.refused("POST", "site/freezes", {"first": "20.12.", "last": None}) == (400, "request-invalid")
    assert rest.own.done("DELETE", "site/freezes", days)["site"]["freezes"][0]["first"] == "2027-01-06"
    assert rest.own.refused("DELETE", "site/freezes", days) == (404, "freeze-unknown")
