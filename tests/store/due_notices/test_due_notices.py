"""Due notices: each once, to the right people, even after the workspace is opened again."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from certfleet.store.clock import FixedClock
from certfleet.store.due_notices.failed_renewals import failed_renewals
from certfleet.store.due_notices.notice_times import NoticePeriod, moments
from certfleet.store.inventory.sources import OnConflict
from certfleet.store.inventory.status import status
from certfleet.store.model.audit import Actor
from certfleet.store.model.certificate import Status
from certfleet.store.model.component import Use
from certfleet.store.model.device import Platform
from certfleet.store.model.expiry import ExpiryLimit, ExpiryLimits, ExpiryUse
from certfleet.store.model.notice import Urgency
from certfleet.store.model.renewal_failures import RenewalFailures
from certfleet.store.workspace import Workspace
from tests.material import NOW, issue, make_ca
from tests.store.deployment import DAY, SECOND, app_push, bring, enrolled, notices, push, replace, source, use
from tests.store.profiles.material import make_profile

END = NOW + 99 * DAY  # of a certificate for 100 days


def days_before(deployment: Workspace, clock: FixedClock, kind: str, *, until: int = 100) -> list[int]:
    """On how many days before the end notices of a kind come, as the clock walks by twelve hours; each is new."""
    found: list[int] = []
    clock.at = NOW
    while clock.at <= NOW + until * DAY:
        before = len(notices(deployment, kind))
        deployment.settle()
        found += [(END - clock.at).days] * (len(notices(deployment, kind)) - before)
        clock.at += DAY / 2
    return found


# When


def test_apns_at_30_and_10_days_to_its_apple_id(deployment: Workspace, clock: FixedClock) -> None:
    deployment.apns.renew("it@example.com")
    certificate = deployment.apns.current()
    assert certificate is not None
    end = certificate.not_after
    for days, urgency in ((30, Urgency.WARNING), (10, Urgency.URGENT)):
        clock.at = end - days * DAY - SECOND
        deployment.settle()
        before = len(deployment.notices.list())
        clock.at += SECOND
        deployment.settle()
        newest, *others = deployment.notices.list()
        assert len(others) == before
        assert (newest.kind, newest.recipient, newest.urgency) == ("apns-expiry", "it@example.com", urgency)
        assert newest.at == end - days * DAY
        assert certificate.name in newest.title and f"{end:%Y-%m-%d}" in newest.title
        for told in ("it@example.com", "no iOS or macOS device can enroll", "enrolled again", "identity.apple.com"):
            assert told in newest.text


def test_secure_mails_push_certificate_in_the_same_way(deployment: Workspace, clock: FixedClock) -> None:
    use(deployment, "securemail-apns", app_push(days=100))
    assert days_before(deployment, clock, "apns-expiry") == [30, 10]
    assert "inconsistent" in deployment.notices.list()[-1].text
    assert "enrolled again" not in deployment.notices.list()[-1].text


def test_the_gateway_monitor_can_be_configured(deployment: Workspace, clock: FixedClock) -> None:
    use(deployment, "gateway-ssl", issue("gateway.example.com", days=100))
    assert days_before(deployment, clock, "gateway-expiry") == [30, 14, 7, 1]


def test_the_gateway_monitor_on_other_days(deployment: Workspace, clock: FixedClock) -> None:
    deployment.site.set(gateway_notice_days=(3, 60), expiring=ExpiryLimits(ExpiryLimit(30, 1)))
    use(deployment, "gateway-exchange-ssl", issue("mail.example.com", days=100))
    assert days_before(deployment, clock, "gateway-expiry") == [60, 3]


@pytest.mark.parametrize(
    ("need", "kind", "days"),
    [("mdm-ssl", "certificate-expiry", [9, 2]), ("gateway-ssl", "gateway-expiry", [9, 7, 1])],
)
def test_a_short_lived_certificate_is_told_of_when_it_begins_to_expire(
    deployment: Workspace, clock: FixedClock, need: str, kind: str, days: list[int]
) -> None:
    end = NOW + 27 * DAY
    entry = use(deployment, need, issue("host.example.com", days=28))
    found: list[int] = []
    urgent: list[bool] = []
    for hours in range(0, 27 * 24, 12):
        clock.at = NOW + timedelta(hours=hours)
        deployment.settle()
        if len(notices(deployment, kind)) > len(found):
            found.append((end - clock.at).days)
            urgent.append(deployment.notices.list()[0].urgency is Urgency.URGENT)
            assert entry.certificate_id is not None
            found_status = status(deployment.inventory.get(entry.certificate_id), clock.at, deployment.site.expiry())
            assert found_status is (Status.CRITICAL if urgent[-1] else Status.EXPIRING)
    assert found == days
    assert urgent == [some <= 2 for some in days]


def test_notices_begin_when_the_site_says_that_expiring_does(deployment: Workspace, clock: FixedClock) -> None:
    servers = ExpiryLimits(ExpiryLimit(30, 3), {ExpiryUse.SERVER: ExpiryLimit(45, 2)})
    deployment.site.set(
        expiring=servers, critical=ExpiryLimits(ExpiryLimit(10, 10), {ExpiryUse.SERVER: ExpiryLimit(5, 2)})
    )
    use(deployment, "mdm-ssl", issue("mdm.example.com", days=100))
    assert days_before(deployment, clock, "certificate-expiry") == [45, 5]


def test_another_setting_repeats_no_notice(deployment: Workspace, clock: FixedClock) -> None:
    use(deployment, "saml", issue("saml.example.com", days=100))
    clock.at = END - 20 * DAY
    deployment.settle()
    assert len(notices(deployment, "certificate-expiry")) == 1
    deployment.site.set(expiring=ExpiryLimits(ExpiryLimit(25, 1)))
    assert len(notices(deployment, "certificate-expiry")) == 1


@pytest.mark.parametrize("need", ["mdm-ssl", "saml", "apple-developer", "android-keystore"])
def test_other_certificates_at_30_and_10_days(deployment: Workspace, clock: FixedClock, need: str) -> None:
    use(deployment, need, issue("host.example.com", days=100))
    assert days_before(deployment, clock, "certificate-expiry") == [30, 10]


@pytest.mark.parametrize(
    ("need", "kind", "days"),
    [("mdm-ssl", "certificate-expiry", [30, 10]), ("gateway-ssl", "gateway-expiry", [30, 14, 7, 1])],
)
def test_the_cas_above_what_is_shown(
    deployment: Workspace, clock: FixedClock, need: str, kind: str, days: list[int]
) -> None:
    """The expiry monitor watches root and intermediate certificates as well."""
    ca = issue("Issuing CA", is_ca=True, days=100, issuer=issue("Root", is_ca=True, days=4000))
    use(deployment, need, issue("host.example.com", issuer=ca, days=500))
    assert days_before(deployment, clock, kind) == days
    newest = deployment.notices.list()[0]
    assert newest.kind == "capability-stopped"
    last = next(notice for notice in deployment.notices.list() if notice.kind == kind)
    assert "Issuing CA" in last.title and "SSL Error 61" in last.text and "no device can enroll" in last.text


def test_provisioning_profiles_year_after_year(deployment: Workspace, clock: FixedClock) -> None:
    """A newer profile keeps the id of the one before: its notices are others all the same."""
    profile = deployment.profiles.import_file(make_profile(not_after=END)).profile
    deployment.components.bind_profile(profile.id)
    assert days_before(deployment, clock, "certificate-expiry", until=98) == [30, 10]
    deployment.profiles.import_file(make_profile(not_after=END + 365 * DAY))
    clock.at = END + 364 * DAY
    deployment.settle()
    assert len(notices(deployment, "certificate-expiry")) == 4


def test_an_entry_that_is_overwritten_is_told_of_again(deployment: Workspace, clock: FixedClock) -> None:
    old = push(days=100)
    use(deployment, "apns", old)
    clock.at = END - 5 * DAY
    deployment.settle()
    renewed = issue(subject=old.certificate.subject, key=old.key, days=300)
    deployment.inventory.import_from(source(renewed), on_conflict=OnConflict.REPLACE)
    clock.at = NOW + 298 * DAY
    deployment.settle()
    assert len(notices(deployment, "apns-expiry")) == 4


def test_device_cas_at_90_30_and_10_days(deployment: Workspace, clock: FixedClock) -> None:
    end = deployment.authorities.chain("default")[0].not_valid_after_utc
    for days, count in ((91, 0), (90, 1), (31, 1), (30, 2), (10, 3), (1, 3)):
        clock.at = end - days * DAY
        deployment.settle()
        assert len(notices(deployment, "device-ca-expiry")) == count
    assert deployment.notices.list()[0].record == "authority-group:1"


def test_failed_renewals_when_the_day_is_over(deployment: Workspace, clock: FixedClock) -> None:
    phones = [enrolled(deployment, Platform.ANDROID) for _ in range(2)]
    deployment.devices.renew(phone.id for phone in phones)
    for _ in range(5):
        for phone in phones:
            deployment.devices.no_answer(phone.check_in())
        clock.at += timedelta(hours=4)
    failed_on = clock.at.date()
    deployment.settle()
    assert notices(deployment, "renewal-failed") == []
    clock.at = (clock.at + DAY).replace(hour=0)
    deployment.settle()
    assert notices(deployment, "renewal-failed") == [f"renewal-failed:{failed_on}"]
    newest = deployment.notices.list()[0]
    assert newest.title == "Certificate renewal failed on 2 devices"
    assert "had failed 5 times" in newest.text
    clock.at = phones[0].certificate.not_after + DAY  # and one gets none in time
    phones[0].check_in()
    clock.at += DAY
    deployment.settle()
    newest = deployment.notices.list()[0]
    assert newest.title == "Certificate renewal failed on 1 device"
    assert "must re-enroll" in newest.text


def test_a_notice_of_failures_counts_the_same_however_the_day_was_cut() -> None:
    failures = RenewalFailures(id=1, day=date(2026, 1, 5), failing=2, ended=1)
    assert failed_renewals(failures).title == "Certificate renewal failed on 3 devices"


def test_a_lapse_is_told_once_for_all_that_it_stops(deployment: Workspace, clock: FixedClock) -> None:
    use(deployment, "mdm-ssl", issue("mdm.example.com", days=100))
    clock.at = END + 3 * DAY
    deployment.settle()
    deployment.settle()
    told = [notice for notice in deployment.notices.list() if notice.kind == "capability-stopped"]
    assert len(told) == 1
    assert told[0].at == END and told[0].urgency is Urgency.URGENT
    assert "enrolling devices, check-in" in told[0].text


def test_a_stop_while_a_task_is_open_says_to_put_the_successor_in_place(
    deployment: Workspace, clock: FixedClock
) -> None:
    component = use(deployment, "mdm-ssl", issue("mdm", days=100))
    deployment.site.set(migrated=True)
    replace(deployment, component, issue("mdm", days=400))
    clock.at = END + 2 * DAY
    deployment.settle()
    (told,) = [one for one in deployment.notices.list() if one.kind == "capability-stopped"]
    assert told.text.endswith("check-in. Certificate 2 has taken its place here: put it in place there too.")


def test_what_is_not_valid_yet_has_to_be_waited_for(deployment: Workspace) -> None:
    component = use(deployment, "mdm-ssl", issue("mdm", days=100))
    begins = NOW + 5 * DAY
    replace(deployment, component, issue("mdm", not_before=begins, days=400))
    (told,) = [one for one in deployment.notices.list() if one.kind == "capability-stopped"]
    assert told.text.endswith(f"Wait until it is valid, from {begins:%Y-%m-%d %H:%M} UTC on, or bind another.")


def test_what_is_missing_is_told_of_with_its_component(deployment: Workspace, clock: FixedClock) -> None:
    component = use(deployment, "gateway-ssl", issue("gateway.example.com"))
    deployment.components.unbind("gateway-ssl")
    newest = deployment.notices.list()[0]
    assert newest.record == f"component:{component.id}"
    assert newest.title.endswith("is missing")
    assert newest.text.endswith("Import the certificate and bind it, or say that it is not used.")


# Once, or not at all


def test_each_is_given_once_also_over_re_opening(deployment: Workspace, clock: FixedClock) -> None:
    use(deployment, "apns", push(days=100))
    clock.at = END - 20 * DAY
    deployment.settle()
    assert len(notices(deployment)) == 1
    assert deployment.path is not None
    with Workspace.open(deployment.path, actor=Actor("bob"), clock=clock) as again:
        again.settle()
        assert len(notices(again)) == 1
        clock.at = END - 9 * DAY
        again.settle()
        assert len(notices(again)) == 2
    deployment.settle()
    assert len(notices(deployment)) == 2
    component = deployment.components.find("apns")
    assert component is not None
    deployment.components.unbind("apns")
    deployment.components.bind("apns", component.certificate_id or 0)
    assert len(notices(deployment, "apns-expiry")) == 2


def test_one_that_comes_in_with_five_days_left_is_told_of_once(deployment: Workspace, clock: FixedClock) -> None:
    clock.at = END - 5 * DAY
    use(deployment, "apns", push(days=100))
    (notice,) = deployment.notices.list()
    assert (notice.at, notice.urgency) == (clock.at, Urgency.URGENT)
    clock.at = END
    deployment.settle()
    assert len(deployment.notices.list()) == 1


def test_replaced_before_none_is_given(deployment: Workspace, clock: FixedClock) -> None:
    component = use(deployment, "gateway-ssl", issue("gateway.example.com", days=100))
    clock.at = END - 31 * DAY
    deployment.settle()
    replace(deployment, component, issue("gateway.example.com", days=400))
    clock.at = END + 10 * DAY
    deployment.settle()
    assert notices(deployment) == []


def test_what_is_not_used_or_bound_to_nothing_is_not_told_of(deployment: Workspace, clock: FixedClock) -> None:
    bring(deployment, issue("spare.example.com", days=100))
    use(deployment, "gateway-ssl", issue("gateway.example.com", days=100, issuer=make_ca()))
    deployment.components.set_use("gateway-ssl", Use.NOT_USED)
    clock.at = END + DAY
    deployment.settle()
    assert notices(deployment) == []


# The rule alone

DAYS = st.lists(st.integers(0, 400), max_size=6, unique=True)


@given(days=DAYS, start=st.integers(0, 800), life=st.integers(-20, 800))
def test_at_most_one_at_the_beginning_and_every_day_that_is_still_to_come(
    days: list[int], start: int, life: int
) -> None:
    began, end = NOW + start * DAY, NOW + (start + life) * DAY
    periods = [NoticePeriod(some, some * DAY, False) for some in days]
    found = [(period.key, at) for period, at in moments(end, began, periods)]
    assert all(began <= at <= end or not days for _, at in found)
    assert len({some for some, _ in found}) == len(found)
    ahead = [some for some in days if some <= life]
    late = [some for some in days if some > life >= 0]
    assert [some for some, at in found if at > began or some in ahead] == ahead
    assert [some for some, _ in found if some in late] == ([min(late)] if late else [])
