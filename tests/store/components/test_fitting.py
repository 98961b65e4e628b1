"""What fits a need: private key, CA, purpose, and the topic of a push certificate."""

from __future__ import annotations

import pytest
from cryptography import x509
from cryptography.x509.oid import ExtendedKeyUsageOID as Usage

from certfleet.store.components.fitting import fit
from certfleet.store.components.needs import need_of
from certfleet.store.errors import Refusal
from certfleet.store.model.certificate import UseAs
from certfleet.store.model.site import SiteSettings
from certfleet.store.workspace import Workspace
from tests.material import Issued, issue, make_ca
from tests.store.deployment import OTHER_TOPIC, app_push, bring, push, replace, source, use


def for_use(usage: x509.ObjectIdentifier, name: str = "mdm.company.example") -> Issued:
    names = (x509.DNSName(name),)
    return issue(name, sans=names, extensions=(x509.ExtendedKeyUsage([usage]),))


TLS, CLIENT, CODE = for_use(Usage.SERVER_AUTH), for_use(Usage.CLIENT_AUTH), for_use(Usage.CODE_SIGNING)
SERVER = x509.ExtendedKeyUsage([Usage.SERVER_AUTH])
REFUSED = [
    ("apns", issue("web.company.example"), "push-topic-missing"),
    ("apns", app_push(), "push-topic-of-an-app"),
    ("securemail-apns", push(), "push-topic-of-devices"),
    ("mdm-ssl", push(), "push-certificate"),
    ("saml", push(), "push-certificate"),
    ("mdm-ssl", CLIENT, "wrong-purpose"),
    ("gateway-ssl", CODE, "wrong-purpose"),
    ("client-authentication", TLS, "wrong-purpose"),
    ("apple-developer", TLS, "wrong-purpose"),
    ("android-keystore", TLS, "wrong-purpose"),
]


@pytest.mark.parametrize(("need", "issued", "code"), REFUSED)
def test_what_can_not_work_is_refused(deployment: Workspace, need: str, issued: Issued, code: str) -> None:
    name = "one" if need_of(need).several else ""
    entry = bring(deployment, issued)
    with pytest.raises(Refusal) as refused:
        deployment.components.bind(need, entry.id, name=name)
    assert refused.value.code == code
    assert entry.id not in [one.id for one in deployment.components.candidates(need)]


def test_a_ca_certificate_without_its_key_serves_nobody(deployment: Workspace) -> None:
    entry = bring(deployment, make_ca(), key=False)
    with pytest.raises(Refusal, match="is-a-ca"):
        deployment.components.bind("mdm-ssl", entry.id)


@pytest.mark.parametrize(("need", "issued"), [("mdm-ssl", TLS), ("apple-developer", CODE), ("apns", push())])
def test_what_fits_leaves_no_doubt(deployment: Workspace, need: str, issued: Issued) -> None:
    assert fit(need_of(need), bring(deployment, issued), SiteSettings()).rank == 0


def test_what_is_doubtful_is_said(deployment: Workspace) -> None:
    entry = bring(deployment, issue("mdm.company.example"), key=False)
    doubts = deployment.components.doubts("mdm-ssl", entry.id)
    assert any("private key" in doubt for doubt in doubts)
    assert any("purpose" in doubt for doubt in doubts)
    assert any("subject alternative name" in doubt for doubt in doubts)
    deployment.components.bind("mdm-ssl", entry.id)


def test_a_certificate_for_another_host_than_the_one_in_use_is_doubtful(deployment: Workspace) -> None:
    ldaps, gateway = (
        bring(deployment, for_use(Usage.SERVER_AUTH, f"{host}.company.example")) for host in ("ldaps", "gw")
    )
    deployment.components.bind("other", ldaps.id, name="LDAPS")

    said = "it is not for ldaps.company.example, as the one in use is: it names gw.company.example"
    assert deployment.components.doubts("other", gateway.id, "LDAPS") == (said,)
    assert [one.id for one in deployment.components.candidates("other", "LDAPS")][-1] == gateway.id
    effects = deployment.trials.try_out(lambda: deployment.components.bind("other", gateway.id, name="LDAPS"))
    assert effects.notes == (said,)


def test_a_name_of_the_site_counts_for_more_than_those_of_the_certificate_in_use(deployment: Workspace) -> None:
    old, new = (bring(deployment, for_use(Usage.SERVER_AUTH, f"{host}.company.example")) for host in ("old", "new"))
    deployment.components.bind("gateway-ssl", old.id)
    assert deployment.components.doubts("gateway-ssl", new.id)
    deployment.site.set(gateway_fqdn="new.company.example")
    assert not deployment.components.doubts("gateway-ssl", new.id)


def test_a_host_of_a_wildcard_may_get_a_certificate_of_its_own(deployment: Workspace) -> None:
    wildcard = bring(deployment, for_use(Usage.SERVER_AUTH, "*.company.example"))
    deployment.components.bind("gateway-ssl", wildcard.id)
    own = bring(deployment, for_use(Usage.SERVER_AUTH, "gateway.company.example"))
    found = fit(need_of("gateway-ssl"), own, SiteSettings(), wildcard)
    assert found.is_named
    assert found.doubts == ("it is not for *.company.example, as the one in use is: it names gateway.company.example",)


def test_what_fits_without_a_doubt_stands_first_and_the_rest_says_why_not(deployment: Workspace) -> None:
    odd, good, pushing = (bring(deployment, issued) for issued in (issue("odd"), TLS, push()))
    assert [one.id for one in deployment.components.candidates("mdm-ssl")] == [good.id, odd.id]
    assert [(one.id, refusal.code) for one, refusal in deployment.components.unfit("mdm-ssl")] == [
        (pushing.id, "push-certificate")
    ]


def test_a_replacement_has_to_fit_as_well(deployment: Workspace) -> None:
    component = use(deployment, "apns", push())
    with pytest.raises(Refusal, match="push-topic-missing"):
        replace(deployment, component, issue("web.company.example"))
    assert deployment.components.get(component.id) == component


def test_another_topic_fits_and_its_harm_is_told(deployment: Workspace) -> None:
    component = use(deployment, "apns", push())
    effects = deployment.trials.try_out(lambda: replace(deployment, component, push(OTHER_TOPIC)))
    assert not effects.is_empty


def test_a_certificate_without_a_topic_is_not_imported_as_a_push_certificate(deployment: Workspace) -> None:
    """The MDM vendor's certificate, for example."""
    vendor = issue("MDM Vendor: Company")
    with pytest.raises(Refusal, match="push-topic-missing"):
        deployment.inventory.import_from(source(vendor), use_as=UseAs.APNS)
    assert deployment.inventory.list() == []


@pytest.mark.parametrize(
    ("names", "fits"),
    [
        (("mdm.company.example",), True),
        (("MDM.Company.EXAMPLE.",), True),
        (("*.company.example",), True),
        (("*.example",), False),
        (("a.mdm.company.example",), False),
        (("www.company.example", "mdm.company.example"), True),
        (("www.company.example",), False),
    ],
)
def test_a_certificate_for_another_name_is_noted(deployment: Workspace, names: tuple[str, ...], fits: bool) -> None:
    """Without regard to case, a final dot, and a wildcard's one label (RFC 9525); nothing without a setting."""
    entry = bring(deployment, issue("mdm.company.example", sans=tuple(map(x509.DNSName, names)), extensions=(SERVER,)))
    assert deployment.components.doubts("mdm-ssl", entry.id) == ()
    deployment.site.set(mdm_fqdn="Mdm.Company.example.")
    doubts = deployment.components.doubts("mdm-ssl", entry.id)
    said = f"it is not for mdm.company.example: it names {', '.join(names)}"
    assert doubts == (() if fits else (said,))
    assert deployment.components.doubts("gateway-ssl", entry.id) == ()
    assert deployment.components.bind("mdm-ssl", entry.id).certificate_id == entry.id


def test_a_common_name_counts_only_where_there_is_no_other_name(deployment: Workspace) -> None:
    deployment.site.set(gateway_fqdn="gw.company.example")
    entry = bring(deployment, issue("gw.company.example", extensions=(SERVER,)))
    (doubt,) = deployment.components.doubts("gateway-ssl", entry.id)
    assert "subject alternative name" in doubt
    alone = bring(deployment, issue("nobody", extensions=(SERVER,)))
    assert deployment.components.doubts("gateway-ssl", alone.id)[0] == (
        "it is not for gw.company.example: it names no host"
    )
    assert [one.id for one in deployment.components.candidates("gateway-ssl")] == [entry.id, alone.id]


def test_what_is_for_the_name_stands_before_what_is_not(deployment: Workspace) -> None:
    other = bring(deployment, issue("x", sans=(x509.DNSName("www.company.example"),), extensions=(SERVER,)))
    doubtful = bring(deployment, issue("mdm.company.example"))
    assert [one.id for one in deployment.components.candidates("mdm-ssl")] == [other.id, doubtful.id]
    deployment.site.set(mdm_fqdn="mdm.company.example")
    assert [one.id for one in deployment.components.candidates("mdm-ssl")] == [doubtful.id, other.id]


def test_names_are_told_by_a_replacement_and_by_the_setting(deployment: Workspace) -> None:
    component = use(deployment, "mdm-ssl", issue("x", sans=(x509.DNSName("www.company.example"),)))
    tried = deployment.trials.try_out(lambda: deployment.site.set(mdm_fqdn="mdm.company.example"))
    said = "SSL certificate for the MDM FQDN: it is not for mdm.company.example: it names www.company.example"
    assert tried.notes == (said,)
    deployment.site.set(mdm_fqdn="mdm.company.example")
    done = replace(deployment, component, issue("y", sans=(x509.DNSName("www.company.example"),)))
    assert said in done.notes
    done = replace(deployment, component, issue("z", sans=(x509.DNSName("*.company.example"),)))
    assert done.notes == ("the new certificate expires no later than the old one",)
    for name in ("mdm", "10.1.1.1", "two words", "*.company.example"):
        with pytest.raises(Refusal, match="setting-invalid"):
            deployment.site.set(gateway_fqdn=name)
