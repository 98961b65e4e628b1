"""``GET /metrics``, read by the reference parsers."""

from __future__ import annotations

from hashlib import sha256

import pytest
from prometheus_client.openmetrics.parser import text_string_to_metric_families as read_openmetrics
from prometheus_client.parser import text_string_to_metric_families as read_text

from certfleet.store.model.endpoint import Failure
from certfleet.store.workspace import Workspace
from tests.material import issue
from tests.store.deployment import bring, use
from tests.store.served.test_what_is_served import add, read

from .conftest import Client

OPENMETRICS = "application/openmetrics-text;version=1.0.0,text/plain;q=0.5"


@pytest.fixture
def token(workspace: Workspace) -> str:
    bring(workspace, issue('a "quoted"\\name'), chain=False)
    return workspace.scrape_tokens.add("prometheus")[1]


@pytest.mark.parametrize(("accept", "read"), [("text/plain", read_text), (OPENMETRICS, read_openmetrics)])
def test_the_reference_parser_reads_it(client: Client, token: str, accept: str, read: type) -> None:
    answer = client.get("/metrics", headers={"Authorization": f"Bearer {token}", "Accept": accept})
    assert (answer.status_code, answer.headers["content-type"].split(";")[0]) == (200, accept.split(";")[0])
    assert answer.headers["content-type"].count("charset") == 1
    families = {family.name: family for family in read(answer.text)}
    assert {family.type for family in families.values()} == {"gauge"}
    (sample,) = [one for one in families["x509_cert_expired"].samples if one.labels["use_as"] == "server"]
    assert sample.labels["subject_CN"] == 'a "quoted"\\name'
    seen = {(one.name, *sorted(one.labels.items())) for family in families.values() for one in family.samples}
    assert len(seen) == sum(len(family.samples) for family in families.values())


def test_it_needs_a_scrape_token_and_no_other(client: Client, token: str, workspace: Workspace) -> None:
    for headers in ({}, {"Authorization": "Bearer x"}, {"Authorization": token}, {"auth_token": token}):
        answer = client.get("/metrics", headers=headers)
        assert (answer.status_code, answer.json()["code"]) == (401, "scrape-token-wrong")
    assert client.get("/metrics", headers={"Authorization": f"bearer {token}"}).status_code == 200
    workspace.scrape_tokens.revoke("prometheus")
    assert client.get("/metrics", headers={"Authorization": f"Bearer {token}"}).status_code == 401


def test_a_scrape_token_logs_nobody_in(client: Client, token: str) -> None:
    answer = client.get("/xenmobile/api/v1/certificates", headers={"auth_token": token})
    assert answer.status_code == 401


def test_what_endpoints_serve_has_the_names_of_the_blackbox_exporter(
    client: Client, token: str, workspace: Workspace
) -> None:
    served, other = issue("gw.example.com", days=90), issue("gw.example.com", days=9)
    use(workspace, "gateway-ssl", served)
    endpoint = add(workspace)
    read(workspace, endpoint, a1=served, a2=other)
    read(workspace, endpoint, a1=served, a2=Failure.TIMED_OUT)
    text = client.get("/metrics", headers={"Authorization": f"Bearer {token}"}).text
    families = {family.name: family for family in read_text(text)}

    def by_address(name: str) -> dict[str, float]:
        return {one.labels["address"]: one.value for one in families[name].samples}

    first, second = "192.0.2.1", "192.0.2.2"
    assert by_address("probe_success") == {first: 1, second: 0}
    assert by_address("certfleet_endpoint_served") == {first: 1, second: 0}
    ends = {first: served.certificate.not_valid_after_utc, second: other.certificate.not_valid_after_utc}
    assert by_address("probe_ssl_earliest_cert_expiry") == {key: end.timestamp() for key, end in ends.items()}
    (sample,) = [one for one in families["probe_ssl_last_chain_info"].samples if one.labels["address"] == first]
    assert sample.labels["instance"] == "gw.example.com:443"
    assert sample.labels["fingerprint_sha256"] == sha256(served.der).hexdigest()
