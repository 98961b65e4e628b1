"""What certificates allow devices to do: enrollment, check-in and security actions, refused with the right reason."""

from __future__ import annotations

from datetime import timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from certfleet.store.clock import FixedClock
from certfleet.store.consequences.gates import outages
from certfleet.store.devices.gate import Blocked
from certfleet.store.devices.presence import last_seen
from certfleet.store.errors import Refusal
from certfleet.store.model.component import Use
from certfleet.store.model.device import Platform
from certfleet.store.model.device_event import EventKind
from certfleet.store.model.habits import Habits, Schedule
from certfleet.store.model.interruption import Interruption
from certfleet.store.vault.secret_kind import FLEET, SecretKind
from certfleet.store.workspace import Workspace
from tests.material import NOW, Issued, ec_key, issue
from tests.store.deployment import DAY, SECOND, enrolled, newcomer, push, replace, signing_request, trusted, use
from tests.store.devices.handset import identity

END = NOW + 99 * DAY  # of a certificate for 100 days
ROOT = issue("Company Root", is_ca=True, days=5000)


def server(days: int) -> Issued:
    """A certificate of a root that every device is to trust."""
    return issue("host.example.com", issuer=ROOT, days=days)


def refused(deployment: Workspace, id: int) -> str:
    """Why a device can't enroll; nothing where it can."""
    try:
        deployment.devices.refuse_enrollment(id)
    except Refusal as refusal:
        return refusal.code
    return ""


def enrolls(deployment: Workspace) -> dict[str, str]:
    """Why a new device of each platform can't enroll."""
    return {platform: refused(deployment, newcomer(deployment, platform)) for platform in Platform}


@pytest.mark.parametrize(
    ("need", "code", "nobody"),
    [
        ("mdm-ssl", "mdm-certificate", tuple(Platform)),
        ("gateway-ssl", "gateway-certificate", tuple(Platform)),
        ("gateway-mdm-ssl", "gateway-certificate", tuple(Platform)),
        ("apns", "apns", (Platform.IOS, Platform.MACOS)),
    ],
)
def test_who_can_enroll_when_a_certificate_has_expired_or_is_missing(
    deployment: Workspace, clock: FixedClock, need: str, code: str, nobody: tuple[Platform, ...]
) -> None:
    component = trusted(deployment, need, push(days=100) if need == "apns" else server(100))
    assert set(enrolls(deployment).values()) == {""}
    clock.at = END + SECOND
    assert enrolls(deployment) == {platform: f"{code}-expired" if platform in nobody else "" for platform in Platform}
    deployment.components.unbind(need)
    assert enrolls(deployment) == {platform: f"{code}-missing" if platform in nobody else "" for platform in Platform}
    deployment.components.bind(need, component.certificate_id or 0)
    replace(deployment, component, push(days=400) if need == "apns" else server(400))
    assert set(enrolls(deployment).values()) == {""}


@pytest.mark.parametrize("need", ["saml", "gateway-szc-ssl", "gateway-exchange-ssl", "android-keystore", "pki-user"])
def test_what_keeps_nobody_from_enrolling(deployment: Workspace, clock: FixedClock, need: str) -> None:
    use(deployment, need, issue(days=100), name="Microsoft CA" if need == "pki-user" else "")
    phone = enrolled(deployment)
    clock.at = END + DAY
    assert set(enrolls(deployment).values()) == {""}
    assert phone.check_in().refusal is None


def test_a_refusal_says_what_to_do_and_is_recorded_once(deployment: Workspace, clock: FixedClock) -> None:
    trusted(deployment, "gateway-ssl", server(100))
    id = newcomer(deployment)
    clock.at = END + DAY
    for _ in range(3):
        with pytest.raises(Refusal, match="gateway-certificate-expired") as error:
            deployment.devices.enroll(id, signing_request(ec_key()))
        assert f"expired on {END:%Y-%m-%d}" in error.value.message
        assert error.value.hint
        clock.at += DAY
    events = deployment.devices.timeline(id)
    assert [(event.kind, event.detail) for event in events] == [
        (EventKind.ENROLLMENT_REFUSED, "gateway-certificate-expired")
    ]
    device = deployment.devices.get(id)
    assert device.refused is not None and device.refused.at == END + DAY
    deployment.components.set_use("gateway-ssl", Use.NOT_USED)
    deployment.devices.enroll(id, signing_request(ec_key()))
    assert deployment.devices.get(id).refused is None
    assert deployment.check().clean


def test_nobody_reaches_the_server_when_its_certificate_has_expired(deployment: Workspace, clock: FixedClock) -> None:
    component = trusted(deployment, "mdm-ssl", server(100))
    phone = enrolled(deployment)
    clock.at = END
    assert phone.check_in().refusal is None
    clock.at = END + SECOND
    for _ in range(2):
        with pytest.raises(Refusal, match="mdm-certificate-expired"):
            phone.check_in()
        clock.at += DAY
    assert phone.device.last_check_in == END
    assert phone.events() == ["enrolled", "check-in-failed"]
    replace(deployment, component, server(400))
    assert phone.check_in().refusal is None
    assert phone.device.refused is None
    assert deployment.check().clean


def test_the_gateway_lets_enrolled_devices_check_in(deployment: Workspace, clock: FixedClock) -> None:
    trusted(deployment, "gateway-ssl", server(100))
    phone = enrolled(deployment)
    clock.at = END + DAY
    assert phone.check_in().refusal is None


def test_a_chain_that_has_expired_is_ssl_error_61_for_everybody(deployment: Workspace, clock: FixedClock) -> None:
    ca = issue("Old CA", is_ca=True, days=100)
    trusted(deployment, "mdm-ssl", issue("mdm.example.com", issuer=ca, days=300))
    phone = enrolled(deployment)
    clock.at = END + DAY
    with pytest.raises(Refusal, match="ssl-error-61") as error:
        phone.check_in()
    assert f"Old CA expired on {END:%Y-%m-%d}" in error.value.message
    assert set(enrolls(deployment).values()) == {"ssl-error-61"}


def test_idle_check_ins_of_an_outage_never_were(deployment: Workspace, clock: FixedClock) -> None:
    """A simulated device that checks in every hour was last seen just before the end, and is again after it is over."""
    deployment.vault.put(SecretKind.FLEET_SECRET, FLEET, b"x" * 32)
    component = trusted(deployment, "mdm-ssl", server(100))
    habits = Habits(Schedule(1, 3600), 0)
    id = deployment.devices.add(identity(Platform.ANDROID), habits=habits).id
    deployment.devices.enroll(id, signing_request(ec_key()), key_number=0)

    def seen() -> object:
        return last_seen(deployment.devices.get(id), clock.at, deployment.impact.gate().outages)

    clock.at = END
    before = seen()
    clock.at = END + 10 * DAY
    assert seen() == before  # nobody has settled it yet
    deployment.settle()
    assert seen() == before
    clock.at = END + 20 * DAY
    replace(deployment, component, server(400))
    assert seen() == before
    clock.at += timedelta(hours=3)
    found = seen()
    assert found is not None and found > END + 20 * DAY  # type: ignore[operator]


def test_what_lasts_is_not_dated_back(deployment: Workspace, clock: FixedClock) -> None:
    """Not used for a while, and used again with the certificate that had expired: devices came in between."""
    trusted(deployment, "mdm-ssl", server(100))
    clock.at = END + DAY
    deployment.components.set_use("mdm-ssl", Use.NOT_USED)
    clock.at += 10 * DAY
    deployment.components.set_use("mdm-ssl", Use.REQUIRED)
    clock.at += DAY
    expected = [(END, END + DAY), (END + 11 * DAY, None)]
    assert deployment.impact.gate().outages == tuple(
        (int(a.timestamp()), None if b is None else int(b.timestamp())) for a, b in expected
    )


# The rule alone

TIMES = st.integers(0, 1000)
SPANS = st.lists(st.tuples(TIMES, st.none() | TIMES).filter(lambda span: span[1] is None or span[0] <= span[1]))


@given(spans=SPANS, open_since=st.none() | TIMES)
def test_outages_are_in_order_joined_and_cover_the_same(
    spans: list[tuple[int, int | None]], open_since: int | None
) -> None:
    at = [NOW + timedelta(seconds=second) for second in range(1001)]
    kept = [
        Interruption(
            id=0,
            capability="check-in",
            level="stopped",
            reason="expired",
            need="mdm-ssl",
            since=at[since],
            until=None if until is None else at[until],
        )
        for since, until in spans
    ]
    found = outages(kept, None if open_since is None else at[open_since])
    zero = int(NOW.timestamp())
    for (_, end), (start, _) in pairwise(found):
        assert end is not None and end < start
    everything = [*spans, *([] if open_since is None else [(open_since, None)])]
    for second in range(0, 1001, 7):
        covered = any(since <= second and (until is None or second <= until) for since, until in everything)
        assert covered == any(start <= zero + second and (end is None or zero + second <= end) for start, end in found)


def test_a_reason_is_raised_as_a_refusal() -> None:
    refusal = Blocked("apns-expired", "it expired", "Renew it.").refusal()
    assert (refusal.code, refusal.message, refusal.hint) == ("apns-expired", "it expired", "Renew it.")
