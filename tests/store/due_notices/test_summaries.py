"""A channel that is set up after notices were given: what still holds goes out once, as one summary."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta

from certfleet.store.clock import FixedClock
from certfleet.store.model.notice import Channel, DeliveryState
from certfleet.store.workspace import Workspace
from tests.material import NOW, issue
from tests.store.deployment import DAY, push, replace, use
from tests.store.notices.conftest import send_mail_to
from tests.store.notices.servers import Mailbox, free_port, mail_server, web_server

OWNER = "mobile@company.example"


def imported_first(workspace: Workspace, clock: FixedClock) -> None:
    """A push certificate that expires in 8 days and a server certificate that expires in 20: both are told of."""
    past = NOW - 335 * DAY
    use(workspace, "apns", push(days=365, not_before=past))
    workspace.components.set_apple_id("apns", OWNER)
    use(workspace, "mdm-ssl", issue("mdm.company.example", days=375, not_before=past))
    for days in (11, 11):
        clock.at += days * DAY
        workspace.settle()


def test_mail_that_is_set_up_after_the_import_tells_of_what_holds(deployment: Workspace, clock: FixedClock) -> None:
    imported_first(deployment, clock)
    told = [one.kind for one in deployment.notices.list()]
    assert told == ["apns-expiry", "certificate-expiry", "apns-expiry"]  # the first of 30 days, overtaken by now
    with mail_server() as mailbox:
        send_mail_to(deployment, mailbox.port)
        assert deployment.audit.tail(1)[0].summary == "to go out by mail: 2 notices given before that still hold"
        assert deployment.courier.deliver_due().delivered == 2
        assert deployment.courier.deliver_due(datetime.now(UTC) + timedelta(days=9)).delivered == 0
    everybody, owner = sorted(mailbox.messages, key=lambda message: message["To"])
    assert (everybody["To"], everybody["Subject"]) == ("ann@example.com", "Urgent: 2 notices that still hold")
    text = everybody.get_content()
    assert text.index("The push certificate") < text.index("The SSL certificate for the MDM FQDN")  # urgent first
    # The owner of the Apple ID gets what concerns them, and no more.
    assert owner["To"] == OWNER
    assert owner["Subject"].startswith("Urgent: The push certificate")
    assert deployment.outbox.states([1, 2, 3]) == {2: DeliveryState.DELIVERED, 3: DeliveryState.DELIVERED}
    assert deployment.check().clean


def test_what_no_longer_holds_is_not_sent(deployment: Workspace, clock: FixedClock) -> None:
    imported_first(deployment, clock)
    component = deployment.components.find("mdm-ssl")
    assert component is not None
    replace(deployment, component, issue("mdm.company.example", days=400))
    clock.at += 30 * DAY  # the push certificate has expired: that it expires soon is no news
    with web_server() as hook:
        deployment.deliveries.set_webhook(url=hook.url)
        assert deployment.courier.deliver_due().delivered == 1
    (post,) = hook.posts
    assert json.loads(post.body)["notice"]["kind"] == "capability-stopped"


def test_none_goes_twice(deployment: Workspace, clock: FixedClock) -> None:
    imported_first(deployment, clock)
    with web_server() as hook, web_server() as other:
        deployment.deliveries.set_webhook(url=hook.url)
        deployment.courier.deliver_due()
        deployment.deliveries.remove(Channel.WEBHOOK)
        deployment.deliveries.set_webhook(url=hook.url)
        assert deployment.courier.deliver_due().delivered == 0  # it is on again, and knows everything
        deployment.deliveries.set_webhook(url=hook.url, secret="between us")
        assert deployment.courier.deliver_due().delivered == 0  # another secret is no other address
        deployment.deliveries.set_webhook(url=other.url, secret="")
        assert deployment.courier.deliver_due().delivered == 1
    assert len(hook.posts) == len(other.posts) == 1
    told = json.loads(other.posts[0].body)
    assert told["notice"]["kind"] == "summary"
    assert [one["kind"] for one in told["notices"]] == ["certificate-expiry", "apns-expiry"]


def test_a_new_recipient_gets_what_holds(deployment: Workspace, clock: FixedClock) -> None:
    imported_first(deployment, clock)
    with mail_server() as mailbox:
        send_mail_to(deployment, mailbox.port, OWNER)
        deployment.courier.deliver_due()
        send_mail_to(deployment, mailbox.port, OWNER, sender="it@example.com")
        assert deployment.courier.deliver_due().delivered == 0
        send_mail_to(deployment, mailbox.port, OWNER, "bob@example.com")
        assert deployment.courier.deliver_due().delivered == 1
    assert [envelope.rcpt_tos for envelope in mailbox.envelopes] == [[OWNER], [OWNER, "bob@example.com"]]


def test_what_was_given_up_with_a_channel_goes_out_when_it_is_on_again(
    deployment: Workspace, clock: FixedClock
) -> None:
    with mail_server() as mailbox:
        send_mail_to(deployment, mailbox.port, OWNER)
        imported_first(deployment, clock)
        deployment.deliveries.remove(Channel.SMTP)
        assert deployment.outbox.counts() == (0, 3)
        send_mail_to(deployment, mailbox.port, OWNER)
        assert deployment.courier.deliver_due().delivered == 1
    assert [message["Subject"] for message in mailbox.messages] == ["Urgent: 2 notices that still hold"]
    assert deployment.outbox.counts() == (0, 1)  # the first of the push certificate, overtaken


def test_a_summary_is_tried_until_it_arrives_and_is_then_recognised(deployment: Workspace, clock: FixedClock) -> None:
    imported_first(deployment, clock)
    port = free_port()
    send_mail_to(deployment, port, OWNER)
    assert deployment.courier.deliver_due().failed == 1
    assert {one.attempts for one in deployment.outbox.pending()} == {1}
    with mail_server(Mailbox(port=port)) as mailbox:
        assert deployment.outbox.retry_all() == 2
        assert deployment.courier.deliver_due().delivered == 2  # each alone, because they were tried again
    assert len({message["Message-ID"] for message in mailbox.messages}) == 2
