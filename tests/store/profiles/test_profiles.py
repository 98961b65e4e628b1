"""The profiles of a workspace: an app has one, and each change leaves an audit line."""

from __future__ import annotations

import base64
from datetime import timedelta
from typing import Any

import pytest

from certfleet.store.clock import FixedClock
from certfleet.store.errors import Refusal
from certfleet.store.inventory.expiry import ExpiryRules
from certfleet.store.profiles.profiles import OnOlder, Profiles
from certfleet.store.profiles.reading import read_profile
from certfleet.store.views.profile import profile_document
from certfleet.store.workspace import Workspace
from tests.documents import as_json
from tests.material import NOW
from tests.store.conftest import content
from tests.store.profiles.material import APP, YEAR, developer, make_profile

DAY = timedelta(days=1)


@pytest.fixture
def profiles(workspace: Workspace) -> Profiles:
    return Profiles(workspace.context, users_of=lambda id: ())


def lines(workspace: Workspace) -> list[tuple[str, str, str]]:
    """The audit lines about profiles, oldest first."""
    found = [line for line in workspace.audit.tail() if line.action.startswith("profile.")]
    return [(line.action, line.record, line.summary) for line in reversed(found)]


def test_an_import(profiles: Profiles, workspace: Workspace) -> None:
    result = profiles.import_file(make_profile(), source="mail.mobileprovision")

    profile = result.profile
    assert (result.replaced, result.already_there, result.notes) == (None, False, ())
    assert (profile.app_id, profile.not_after) == (APP, NOW + YEAR)
    assert (profile.source, profile.imported_by, profile.imported_at) == ("mail.mobileprovision", "alice", NOW)
    assert profiles.list() == [profile] == [profiles.get(profile.id)]
    assert profiles.of_app(APP) == profile
    assert profiles.of_app("com.company.other") is None
    [(action, record, summary)] = lines(workspace)
    assert (action, record) == ("profile.import", f"profile:{profile.id}")
    assert all(word in summary for word in (APP, "mail.mobileprovision", "2027-01-01"))


def test_the_file_comes_out_as_devices_take_it(profiles: Profiles) -> None:
    data = make_profile()
    pem = b"-----BEGIN CMS-----\n" + base64.encodebytes(data) + b"-----END CMS-----\n"
    assert profiles.export(profiles.import_file(pem).profile.id) == data


def test_the_very_same_changes_nothing(profiles: Profiles, workspace: Workspace, clock: FixedClock) -> None:
    first = profiles.import_file(make_profile(), source="a")
    before = content(workspace)
    clock.at += DAY

    again = profiles.import_file(make_profile(), source="b")

    assert (again.profile, again.already_there, again.replaced) == (first.profile, True, None)
    assert content(workspace) == before


def test_a_newer_one_takes_the_place_under_the_same_id(
    profiles: Profiles, workspace: Workspace, clock: FixedClock
) -> None:
    old = profiles.import_file(make_profile(), source="old.mobileprovision").profile
    other = profiles.import_file(make_profile("com.company.files")).profile
    clock.at += 300 * DAY
    newer = make_profile(not_after=NOW + 2 * YEAR, UUID="b1a5")

    result = profiles.import_file(newer, source="new.mobileprovision")

    assert (result.profile.id, result.replaced, result.notes) == (old.id, old, ())
    assert (result.profile.not_after, result.profile.uuid) == (NOW + 2 * YEAR, "b1a5")
    assert (result.profile.imported_at, result.profile.source) == (NOW + 300 * DAY, "new.mobileprovision")
    assert profiles.list() == [result.profile, other]
    assert profiles.export(old.id) == newer
    action, record, summary = lines(workspace)[-1]
    assert (action, record) == ("profile.replace", f"profile:{old.id}")
    assert all(word in summary for word in (APP, "new.mobileprovision", "2028-01-01", "2027-01-01"))


@pytest.mark.parametrize(
    "older",
    [{"not_after": NOW + YEAR - DAY}, {"created_at": NOW - DAY}, {"not_after": NOW - YEAR}],
    ids=["ends earlier", "created earlier", "expired"],
)
def test_an_older_one_is_taken_only_by_choice(profiles: Profiles, workspace: Workspace, older: dict[str, Any]) -> None:
    there = profiles.import_file(make_profile()).profile
    before = content(workspace)
    file = make_profile(**older)

    with pytest.raises(Refusal, match="profile-older") as refused:
        profiles.import_file(file)
    assert APP in refused.value.message
    assert content(workspace) == before

    result = profiles.import_file(file, on_older=OnOlder.REPLACE)
    assert (result.profile.id, result.replaced) == (there.id, there)
    assert profiles.export(there.id) == file


def test_an_expired_one_is_taken(profiles: Profiles) -> None:
    expired = profiles.import_file(make_profile(not_after=NOW - DAY)).profile
    assert expired.not_after < NOW
    assert profiles.import_file(make_profile()).replaced == expired


def test_what_may_surprise_in_a_replacement(profiles: Profiles) -> None:
    profiles.import_file(make_profile())
    result = profiles.import_file(
        make_profile(
            not_after=NOW + YEAR + DAY,
            developers=(developer(2),),
            Platform=["tvOS"],
            ProvisionsAllDevices=None,
            ProvisionedDevices=["00008030-1"],
            Entitlements={"application-identifier": f"A1B2C3D4E5.{APP}"},
        )
    )
    kind, platform, prefix, signing = result.notes
    assert "in-house" in kind
    assert "ad-hoc" in kind
    assert "tvOS" in platform
    assert "A1B2C3D4E5" in prefix
    assert "developer certificate" in signing


def test_wildcards_and_explicit_app_ids_stand_beside_each_other(profiles: Profiles) -> None:
    explicit = profiles.import_file(make_profile()).profile
    wildcard = profiles.import_file(make_profile("com.company.*")).profile
    assert (explicit.is_wildcard, wildcard.is_wildcard) == (False, True)
    assert profiles.of_app(APP) == explicit
    assert profiles.of_app("com.company.*") == wildcard


def test_removing_one(profiles: Profiles, workspace: Workspace) -> None:
    first = profiles.import_file(make_profile()).profile

    assert profiles.remove(first.id) == first

    assert profiles.list() == []
    assert lines(workspace)[-1][:2] == ("profile.remove", f"profile:{first.id}")
    assert profiles.import_file(make_profile()).profile.id == first.id + 1  # an id is given once
    for use in (profiles.get, profiles.export, profiles.remove):
        with pytest.raises(Refusal, match="profile-unknown"):
            use(first.id)


def test_a_refused_file_changes_nothing(profiles: Profiles, workspace: Workspace) -> None:
    before = content(workspace)
    with pytest.raises(Refusal, match="profile-signature-invalid"):
        profiles.import_file(make_profile().replace(b"securemail", b"insecurema"))
    assert content(workspace) == before


def test_what_programs_get(profiles: Profiles) -> None:
    profile = profiles.import_file(make_profile(), source="mail.mobileprovision").profile
    document = as_json(profile_document(profile, NOW, ExpiryRules()))
    assert next(iter(document)) == "id"
    assert (document["not_after"], document["kind"], document["devices"]) == ("2027-01-01T00:00:00Z", "in-house", None)
    assert (document["platforms"], document["is_wildcard"]) == (("iOS",), False)
    assert document["developer_certificates"][0]["name"] == "iPhone Distribution: Company 1"
    assert document["signer"]["name"] == "Provisioning Profile Signing"


def test_the_record_says_what_the_file_does(profiles: Profiles, workspace: Workspace) -> None:
    profile = profiles.import_file(make_profile()).profile
    facts = read_profile(profiles.export(profile.id))
    assert all(getattr(profile, name) == getattr(facts, name) for name in facts.__struct_fields__)
    reopened = Profiles(workspace.context, users_of=lambda id: ())
    assert reopened.list() == [profile]
