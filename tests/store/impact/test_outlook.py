"""What comes by itself, and what depends on one certificate."""

from __future__ import annotations

from certfleet.store.clock import FixedClock
from certfleet.store.impact.outlook import affected
from certfleet.store.model.component import Use
from certfleet.store.model.device import Platform
from certfleet.store.workspace import Workspace
from tests.material import NOW, issue, make_ca
from tests.store.impact.deployment import DAY, SECOND, enrolled, push, replace, stops, use

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


def test_how_many_devices_something_concerns(deployment: Workspace) -> None:
    for platform in (Platform.IOS, Platform.IOS, Platform.ANDROID, Platform.WINDOWS):
        enrolled(deployment, platform)
    deployment.devices.revoke([4])
    counts = deployment.impact.platforms()
    assert counts == {Platform.IOS: 2, Platform.ANDROID: 1}
    assert affected([Platform.IOS, Platform.IOS, Platform.MACOS], counts) == 2
    assert affected(Platform, counts) == 3
