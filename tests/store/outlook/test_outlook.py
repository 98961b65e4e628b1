"""What happens if nobody acts, and what depends on one certificate."""

from __future__ import annotations

from certfleet.store.clock import FixedClock
from certfleet.store.model.component import Use
from certfleet.store.model.device import Platform
from certfleet.store.outlook.outlook import affected
from certfleet.store.workspace import Workspace
from tests.material import NOW, issue, make_ca
from tests.store.deployment import DAY, SECOND, bring, enrolled, push, replace, stops, use

END = NOW + 99 * DAY  # of a certificate for 100 days


def test_what_comes_in_order_and_what_ends_by_itself(deployment: Workspace) -> None:
    use(deployment, "saml", issue("saml", not_before=NOW + 10 * DAY, days=20))
    use(deployment, "gateway-ssl", issue("gateway", days=100))
    told = [
        (event.at, [one.need for one in event.began], [one.need for one in event.ended])
        for event in deployment.impact.upcoming(NOW + 365 * DAY)
    ]
    assert told == [
        (NOW + 10 * DAY, [], ["saml"]),
        (NOW + 30 * DAY, ["saml"], []),
        (END, ["gateway-ssl", "gateway-ssl"], []),
    ]
    assert [event.at for event in deployment.impact.upcoming(NOW + 40 * DAY)] == [NOW + 10 * DAY, NOW + 30 * DAY]
    assert deployment.impact.upcoming(NOW) == ()


def test_what_is_said_of_a_moment_to_come_is_what_is_found_then(deployment: Workspace, clock: FixedClock) -> None:
    use(deployment, "mdm-ssl", issue(days=100, issuer=issue("CA", is_ca=True, days=60)))
    use(deployment, "apns", push(days=80))
    moments = [NOW + days * DAY + SECOND for days in (50, 59, 79, 99, 120)]
    said = [stops(deployment, at) for at in moments]
    assert len({frozenset(one) for one in said}) == 4
    for at, expected in zip(moments, said, strict=True):
        clock.at = at
        deployment.settle()
        assert stops(deployment) == expected


def test_what_depends_on_a_certificate(deployment: Workspace, clock: FixedClock) -> None:
    root = make_ca("Root")
    issuing = make_ca("Issuing CA", issuer=root)
    gateway = use(deployment, "gateway-ssl", issue("gateway", issuer=issuing))
    mail = use(deployment, "gateway-exchange-ssl", issue("mail", issuer=issuing))
    use(deployment, "apple-developer", issue("developer", issuer=issuing))
    leaf, above, top = deployment.inventory.chain(gateway.certificate_id or 0)
    (own,) = deployment.impact.dependences(leaf.id)
    assert (own.component, own.through_chain, own.waits, own.at) == (gateway, False, False, leaf.not_after)
    assert [effect.seen for effect in own.effects] == ["no device can enroll", "no user can open the store"]
    for entry in (above, top):
        found = deployment.impact.dependences(entry.id)
        assert [one.component.id for one in found] == [gateway.id, mail.id]  # nobody is shown the developer's chain
        assert all(one.through_chain and one.at == entry.not_after for one in found)
    deployment.components.set_use("gateway-exchange-ssl", Use.NOT_USED)
    assert len(deployment.impact.dependences(top.id)) == 1


def test_one_that_waits_for_a_follow_up_says_so(deployment: Workspace) -> None:
    deployment.site.set(migrated=True)
    component = use(deployment, "mdm-ssl", issue("mdm"))
    new = replace(deployment, component, issue("mdm")).new
    (old,) = deployment.impact.dependences(component.certificate_id or 0)
    assert old.waits
    assert deployment.impact.dependences(new.id) == ()
    deployment.tasks.done(deployment.tasks.list(done=False)[0].id)
    (now,) = deployment.impact.dependences(new.id)
    assert not now.waits


def test_what_ends_and_nothing_is_known_to_depend_on(deployment: Workspace) -> None:
    idle, used = bring(deployment, issue("syslog", days=20)), issue("gateway", days=20, issuer=issue("CA", is_ca=True))
    component = use(deployment, "gateway-ssl", used)
    saml = use(deployment, "saml", issue("saml", days=25))

    def told(days: int) -> list[int]:
        return [entry.id for entry in deployment.impact.unused_ends(NOW + days * DAY)]

    assert told(18) == []
    assert told(30) == [idle.id]
    deployment.components.set_use("saml", Use.NOT_USED)  # a certificate stays bound, and isn't needed
    assert told(30) == [idle.id, saml.certificate_id]
    deployment.components.unbind("gateway-ssl")
    assert component.certificate_id in told(30)
    replace(deployment, deployment.components.bind("saml", idle.id), issue("syslog 2", days=365))
    assert idle.id not in told(30)  # it was replaced


def test_device_certificates_that_end_strand_their_devices(deployment: Workspace, clock: FixedClock) -> None:
    enrolled(deployment, Platform.IOS), enrolled(deployment, Platform.IOS), enrolled(deployment, Platform.ANDROID)
    end = deployment.devices.get(1).not_after
    assert end is not None
    assert deployment.impact.device_ends(end - 2 * DAY) == ()

    def told() -> list[tuple[Platform, int, int]]:
        return [(one.platform, one.devices, one.renewing) for one in deployment.impact.device_ends(end)]

    assert told() == [(Platform.IOS, 2, 0), (Platform.ANDROID, 1, 0)]
    deployment.devices.renew([1])
    assert told() == [(Platform.IOS, 2, 1), (Platform.ANDROID, 1, 0)]
    deployment.devices.revoke([2])
    assert told() == [(Platform.IOS, 1, 1), (Platform.ANDROID, 1, 0)]
    assert {one.day for one in deployment.impact.device_ends(end)} == {end.date()}


def test_how_many_devices_something_concerns(deployment: Workspace) -> None:
    for platform in (Platform.IOS, Platform.IOS, Platform.ANDROID, Platform.WINDOWS):
        enrolled(deployment, platform)
    deployment.devices.revoke([4])
    counts = deployment.impact.platforms()
    assert counts == {Platform.IOS: 2, Platform.ANDROID: 1}
    assert affected([Platform.IOS, Platform.IOS, Platform.MACOS], counts) == 2
    assert affected(Platform, counts) == 3
