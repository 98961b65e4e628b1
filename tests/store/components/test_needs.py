"""The list of what a deployment needs."""

from __future__ import annotations

from certfleet.store.components.needs import BY_ID, NEEDS, Group
from certfleet.store.views.consequence import placed_title


def test_each_need_has_a_name_of_its_own() -> None:
    titles = [need.title for need in BY_ID.values()]
    assert sorted(titles) == sorted(set(titles))


def test_a_title_with_its_place_names_the_place_once() -> None:
    told = [placed_title(need, "") for need in NEEDS if need.group is Group.GATEWAY and not need.several]
    assert [text.count("NetScaler Gateway") for text in told] == [1] * len(told)
    assert placed_title(BY_ID["mdm-ssl"], "") == "SSL certificate for the MDM FQDN"
    assert placed_title(BY_ID["gateway-mdm-ssl"], "") == "NetScaler Gateway's SSL certificate for the MDM FQDN"


def test_the_cas_of_server_and_gateway_differ_in_their_place_alone() -> None:
    server, gateway = BY_ID["server-ca"], BY_ID["gateway-ca"]
    assert gateway == server._replace(id=gateway.id, group=Group.GATEWAY, title=gateway.title)
