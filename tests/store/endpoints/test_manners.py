"""What may be connected to, by whom, and how endpoints are named."""

from __future__ import annotations

import pytest

from certfleet.store.endpoints.addresses import may_connect
from certfleet.store.endpoints.endpoints import NewEndpoint
from certfleet.store.endpoints.host_port import read_host_port
from certfleet.store.errors import Refusal
from certfleet.store.model.account import Role
from certfleet.store.model.audit import Actor
from certfleet.store.model.endpoint import Failure, StartTls
from certfleet.store.workspace import Workspace
from tests.store.endpoints.servers import HERE, add, check, codes, free_port

OPERATOR = Actor("ann", "198.51.100.7", Role.OPERATOR)
VIEWER = Actor("vic", "198.51.100.8", Role.VIEWER)

PRIVATE = (
    "127.0.0.1",
    "10.1.2.3",
    "172.16.0.1",
    "192.168.1.1",
    "169.254.169.254",
    "100.64.0.1",
    "0.0.0.0",
    "224.0.0.1",
    "255.255.255.255",
    "::1",
    "::",
    "fe80::1",
    "fe80::1%eth0",
    "fd00::1",
    "ff02::1",
    "::ffff:10.0.0.1",
    "64:ff9b::a00:1",
    "2002:a00:1::1",
)


@pytest.mark.parametrize("address", PRIVATE)
def test_a_private_address_from_the_network_is_refused_unless_allowed(address: str) -> None:
    assert not may_connect(address, over_network=True, private_allowed=False)
    assert may_connect(address, over_network=True, private_allowed=True)
    assert may_connect(address, over_network=False, private_allowed=False)


@pytest.mark.parametrize("address", ["8.8.8.8", "2606:4700::1111", "::ffff:8.8.8.8", "64:ff9b::808:808"])
def test_a_public_address_is_connected_to_whoever_added_it(address: str) -> None:
    assert may_connect(address, over_network=True, private_allowed=False)


def test_a_name_that_resolves_to_this_machine_is_refused_over_the_network(workspace: Workspace) -> None:
    with workspace.acting_as(OPERATOR):
        endpoint = add(workspace, free_port(), host="localhost")
        assert endpoint.over_network
        assert set(codes(check(workspace, endpoint))) == {Failure.NOT_ALLOWED}
    workspace.site.set(private_endpoints=True)
    with workspace.acting_as(OPERATOR):
        assert Failure.REFUSED in codes(check(workspace, endpoint))


def test_viewers_neither_add_nor_check(workspace: Workspace) -> None:
    endpoint = add(workspace, free_port())
    with workspace.acting_as(VIEWER):
        for act in (
            lambda: add(workspace, 443),
            lambda: check(workspace, endpoint),
            lambda: workspace.endpoints.remove(endpoint.id),
        ):
            with pytest.raises(Refusal, match="role viewer"):
                act()
        assert len(workspace.endpoints.verdicts()) == 1


@pytest.mark.parametrize(
    ("text", "host", "port"),
    [
        ("gateway.example.com", "gateway.example.com", 443),
        (" Gateway.Example.COM.:8443 ", "gateway.example.com", 8443),
        ("münchen.example", "xn--mnchen-3ya.example", 443),
        ("192.0.2.1:993", "192.0.2.1", 993),
        ("2001:db8::1", "2001:db8::1", 443),
        ("[2001:db8::1]", "2001:db8::1", 443),
        ("[2001:db8::1]:636", "2001:db8::1", 636),
        ("https://gateway.example.com", "gateway.example.com", 443),
        ("HTTPS://gateway.example.com:8443/logon?a=b:c#d", "gateway.example.com", 8443),
        ("https://[2001:db8::1]:636/", "2001:db8::1", 636),
    ],
)
def test_how_an_endpoint_is_named(text: str, host: str, port: int) -> None:
    assert read_host_port(text) == (host, port)


def test_each_protocol_has_its_port() -> None:
    found = [read_host_port("a.example", protocol)[1] for protocol in StartTls]
    assert found == [25, 143, 389, 5432]


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("", "host-invalid"),
        ("http://a.example/", "host-invalid"),
        ("https://", "host-invalid"),
        ("https://user@a.example/", "host-invalid"),
        ("a.example:", "port-invalid"),
        ("a.example:0", "port-invalid"),
        ("a.example:65536", "port-invalid"),
        ("a.example:٣", "port-invalid"),
        ("[::1]x", "port-invalid"),
        ("*.example", "host-invalid"),
    ],
)
def test_what_is_no_endpoint(text: str, code: str) -> None:
    with pytest.raises(Refusal) as refused:
        read_host_port(text)
    assert refused.value.code == code


def test_an_endpoint_is_added_once_and_for_a_need_that_exists(workspace: Workspace) -> None:
    first = workspace.endpoints.add(NewEndpoint(where="a.example:443", need="gateway-ssl"))
    assert (first.title, first.over_network) == ("a.example:443", False)
    for new, code in (
        (NewEndpoint(where="A.example"), "endpoint-exists"),
        (NewEndpoint(where="b.example", need="nothing"), "need-unknown"),
        (NewEndpoint(where="b.example", need="other"), "name-needed"),
        (NewEndpoint(where="b.example", need="mdm-ssl", name="x"), "name-not-wanted"),
        (NewEndpoint(where="b.example", need="provisioning-profile"), "profile-needed"),
        (NewEndpoint(where="b.example", server_name="no name"), "host-invalid"),
    ):
        with pytest.raises(Refusal) as refused:
            workspace.endpoints.add(new)
        assert refused.value.code == code
    workspace.endpoints.add(NewEndpoint(where="a.example", server_name="b.example"))
    workspace.endpoints.add(NewEndpoint(where=f"{HERE}:443", need="other", name="ldaps"))
    assert workspace.check().clean
