"""When a certificate is expiring and critical: by days and by share of its lifetime, per use, by the site's
settings."""

from __future__ import annotations

from datetime import timedelta

import pytest
from msgspec.structs import replace

from certfleet.store.clock import FixedClock
from certfleet.store.devices.certificate_status import device_certificate_status
from certfleet.store.devices.device_filter import parse_filter, standing
from certfleet.store.errors import Refusal
from certfleet.store.inventory.certificate_filter import parse_filter as parse_certificate_filter
from certfleet.store.inventory.certificate_filter import standing as certificate_standing
from certfleet.store.inventory.expiry import ExpiryRules
from certfleet.store.inventory.expiry_text import limits_text, limits_words, read_limit, read_limits, with_limits
from certfleet.store.inventory.status import days_left, status
from certfleet.store.model.certificate import Status, UseAs
from certfleet.store.model.expiry import CRITICAL, EXPIRING, ExpiryLimit, ExpiryLimits, ExpiryUse
from certfleet.store.workspace import Workspace
from tests.material import NOW, issue
from tests.store.deployment import entry_of, source
from tests.store.devices.handset import Handset

DAY, SECOND = timedelta(days=1), timedelta(seconds=1)


@pytest.mark.parametrize(
    ("lifetime", "expiring", "critical"),
    [(28, 9, 2), (47, 15, 4), (90, 30, 9), (200, 30, 10), (398, 30, 10), (3650, 30, 10)],
)
def test_at_most_a_third_and_a_tenth_of_the_lifetime(lifetime: int, expiring: int, critical: int) -> None:
    """A certificate of 28 days is not expiring in the second it is made."""
    entry, rules = entry_of(issue(not_before=NOW, days=lifetime)), ExpiryRules()
    assert status(entry, NOW, rules) is Status.VALID
    found: dict[Status, int] = {}
    for left in range(lifetime, -1, -1):
        for moment in (entry.not_after - left * DAY, entry.not_after - left * DAY + SECOND):
            if moment <= entry.not_after:
                found.setdefault(status(entry, moment, rules), days_left(entry, moment))
    assert found == {Status.VALID: lifetime, Status.EXPIRING: expiring, Status.CRITICAL: critical}


def test_a_certificate_of_hours_has_its_share_too() -> None:
    entry = replace(entry_of(issue(not_before=NOW, days=1)), not_after=NOW + timedelta(hours=24))
    rules = ExpiryRules()
    seen = [status(entry, NOW + timedelta(hours=hours), rules) for hours in (0, 15, 17, 22)]
    assert seen == [Status.VALID, Status.VALID, Status.EXPIRING, Status.CRITICAL]


def test_each_use_may_have_its_own_limits(workspace: Workspace) -> None:
    rules = ExpiryRules(
        ExpiryLimits(ExpiryLimit(30, 3), {ExpiryUse.APNS: ExpiryLimit(60, 1), ExpiryUse.CA: ExpiryLimit(365, 2)}),
        ExpiryLimits(ExpiryLimit(10, 10), {ExpiryUse.APNS: ExpiryLimit(45, 2)}),
    )
    entry, at = entry_of(issue(not_before=NOW, days=365)), NOW + (365 - 40) * DAY
    assert [status(replace(entry, use_as=use), at, rules) for use in (UseAs.SERVER, UseAs.APNS)] == [
        Status.VALID,
        Status.CRITICAL,
    ]
    authority = entry_of(issue("Root", is_ca=True, days=3650))
    assert status(authority, authority.not_after - 300 * DAY, rules) is Status.EXPIRING
    assert status(authority, authority.not_after - 300 * DAY, ExpiryRules()) is Status.VALID


def test_everything_goes_by_the_settings(workspace: Workspace, clock: FixedClock) -> None:
    workspace.inventory.import_from(source(issue("mdm.example.com", days=365)))
    phone = Handset(workspace)
    clock.at = NOW + (364 - 40) * DAY  # 40 days before the end

    def seen() -> tuple[Status, bool, Status, bool]:
        now, rules = workspace.now(), workspace.expiry()
        entry, device = workspace.inventory.get(1), workspace.devices.get(phone.id)
        listed = parse_certificate_filter("status:expiring").matches
        found = parse_filter("status:expiring", now, rules).matches
        assert listed is not None and found is not None and device.not_after is not None
        return (
            status(entry, now, rules),
            listed(certificate_standing(entry, now, rules)),
            device_certificate_status(device.not_after, now, rules),
            found(standing(device, now)),
        )

    assert seen() == (Status.VALID, False, Status.VALID, False)
    workspace.site.set(expiring=ExpiryLimits(ExpiryLimit(45, 3)))
    assert seen() == (Status.EXPIRING, True, Status.EXPIRING, True)
    workspace.site.set(critical=ExpiryLimits(ExpiryLimit(10, 10), {ExpiryUse.DEVICE: ExpiryLimit(45, 5)}))
    assert seen() == (Status.EXPIRING, True, Status.CRITICAL, True)
    (line,) = workspace.audit.tail(1)
    assert line.summary == "critical: 10 days, at most 1/10 of the lifetime; device: 45 days, at most 1/5"


def test_critical_does_not_begin_before_expiring(workspace: Workspace) -> None:
    for limits in (ExpiryLimits(ExpiryLimit(31, 10)), ExpiryLimits(ExpiryLimit(10, 2))):
        with pytest.raises(Refusal, match="would begin before expiring") as refused:
            workspace.site.set(critical=limits)
        assert refused.value.code == "setting-invalid"
    for limits in (ExpiryLimits(ExpiryLimit(5000, 3)), ExpiryLimits(ExpiryLimit(30, 0))):
        with pytest.raises(Refusal) as refused:
            workspace.site.set(expiring=limits)
        assert refused.value.code == "setting-invalid"


def test_a_trial_tells_how_many_change_their_status(workspace: Workspace, clock: FixedClock) -> None:
    for number in range(3):
        workspace.inventory.import_from(source(issue(f"{number}.example.com", days=365)))
    Handset(workspace)
    clock.at = NOW + (364 - 40) * DAY

    wider = workspace.trials.try_out(lambda: workspace.site.set(expiring=ExpiryLimits(ExpiryLimit(45, 3))))
    assert wider.notes == (
        "3 certificates have another status by it now: 3 valid → expiring",
        "1 device certificate has another status by it now: 1 valid → expiring",
    )
    assert [one.kind for one in wider.records] == ["group of settings"] and not wider.is_harmful
    same = workspace.trials.try_out(lambda: workspace.site.set(expiring=ExpiryLimits(ExpiryLimit(31, 3))))
    assert same.notes == ("no certificate has another status by it now",)
    assert workspace.trials.try_out(lambda: workspace.site.set(expiring=EXPIRING)).is_empty
    assert workspace.site.get().expiring == EXPIRING


@pytest.mark.parametrize(
    ("written", "words"),
    [
        ([], "30 days, at most 1/3 of the lifetime"),
        (["45"], "45 days, at most 1/3 of the lifetime"),
        (["1/4"], "30 days, at most 1/4 of the lifetime"),
        (["45d, 1/4", "APNS = 60d"], "45 days, at most 1/4 of the lifetime; apns: 60 days, at most 1/4"),
        (["ca=365d,1/2", "ca=1/5"], "30 days, at most 1/3 of the lifetime; ca: 365 days, at most 1/5"),
        (["ca=365d,1/2", "ca=default"], "30 days, at most 1/3 of the lifetime"),
    ],
)
def test_limits_as_people_write_them(written: list[str], words: str) -> None:
    limits = with_limits(EXPIRING, map(read_limit, written))
    assert limits_words(limits) == words
    assert read_limits(limits_text(limits), CRITICAL) == limits


@pytest.mark.parametrize(
    "text", ["", "soon", "=30d", "web=30d", "30d,", "30d1/3", "2/3", "1/0", "1/1001", "3651d", "default"]
)
def test_what_is_no_limit(text: str) -> None:
    with pytest.raises(ValueError, match="not a"):
        read_limit(text)
