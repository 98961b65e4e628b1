"""The provisioning profiles of a workspace: import, look up, export, remove. Each change is one transaction."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from enum import StrEnum
from typing import Any

from msgspec import Struct

from ..certificates.text import shortened
from ..errors import Refusal
from ..model.profile import ProfileFacts, ProvisioningProfile
from ..persistence.records import FileTable, RecordTable
from ..use_cases import Context, UseCases
from ..words import day, minute
from .reading import read_profile
from .wrapping import unwrap

ProvisioningProfiles = list[ProvisioningProfile]  # named here because ``Profiles`` has a method called ``list``


class OnOlder(StrEnum):
    """What to do with a profile that expires before the app's present one."""

    FAIL = "fail"
    REPLACE = "replace"


class ImportedProfile(Struct, frozen=True, kw_only=True):
    """The result of an import. ``replaced`` is the previous record; ``already_there``: nothing was changed.

    ``notes`` are sentences about differences from the previous profile, other than dates.
    """

    profile: ProvisioningProfile
    replaced: ProvisioningProfile | None = None
    already_there: bool = False
    notes: tuple[str, ...] = ()


class Profiles(UseCases):
    """The provisioning profiles of a workspace, one per app id.

    ``users_of`` names the users of a profile.
    """

    def __init__(self, context: Context, *, users_of: Callable[[int], tuple[str, ...]]) -> None:
        super().__init__(context)
        unknown = "profile-unknown", "there is no provisioning profile {id}"
        self._table = RecordTable(self._database.table("profiles"), ProvisioningProfile, *unknown)
        self._der = FileTable(self._database.table("profile_der"), "file of profile")
        self._users_of = users_of

    # Reading

    def list(self) -> ProvisioningProfiles:
        """Every profile, by id."""
        return self._table.all()

    def get(self, id: int) -> ProvisioningProfile:
        """One profile; refuses with ``profile-unknown``."""
        return self._table.get(id)

    def of_app(self, app_id: str) -> ProvisioningProfile | None:
        """The profile of exactly this app id (``com.company.product``, ``com.company.*``)."""
        return self._table.first("app_id", app_id)

    def export(self, id: int) -> bytes:
        """The file itself, unwrapped: a ``.mobileprovision`` as devices accept it."""
        with self._database.moment():
            self.get(id)
            return self._der.get(id)

    # Changing

    def import_file(self, data: bytes, *, source: str = "", on_older: OnOlder = OnOlder.FAIL) -> ImportedProfile:
        """Read a profile and make it the one of its app; ``source`` is the file's name.

        If its app id already has one, it is replaced under the same id; importing the same file again changes nothing.
        Refuses as ``read_profile`` does, and with ``profile-older`` if it expires earlier than the present one (or at
        the same time but was created earlier), unless ``on_older`` is ``replace``. Expired profiles are accepted.
        """
        der = unwrap(data)
        facts = read_profile(der)
        source = shortened(source, 200)
        with self._database.transaction():
            there = self.of_app(facts.app_id)
            if there is None:
                return ImportedProfile(profile=self._add(facts, der, source))
            if _facts_of(there) == facts:
                return ImportedProfile(profile=there, already_there=True)
            if on_older is OnOlder.FAIL and is_older(facts, there):
                raise _older(facts, there)
            profile = self._record(facts, there.id, source)
            self._table.write(there, profile)
            self._der.put([(there.id, der)])
            before = f"it ends {day(facts.not_after)}, the one before {day(there.not_after)}"
            self._log("replace", profile, f"profile of {profile.app_id} replaced by {source or 'data'}: {before}")
            return ImportedProfile(profile=profile, replaced=there, notes=differences(there, facts))

    def remove(self, id: int) -> ProvisioningProfile:
        """Delete a profile with its file; refuses with ``profile-unknown``, or ``profile-in-use``."""
        with self._database.transaction():
            profile = self.get(id)
            if users := self._users_of(id):
                raise Refusal(
                    "profile-in-use", f"profile {id} ({profile.name}) is used by {', '.join(users)}", "Unbind it first."
                )
            self._table.remove(id)
            self._der.remove(id)
            self._log("remove", profile, f"profile {profile.name} of {profile.app_id} removed")
        return profile

    def _add(self, facts: ProfileFacts, der: bytes, source: str) -> ProvisioningProfile:
        profile = self._table.add(self._record(facts, 0, source))
        self._der.put([(profile.id, der)])
        end = f"it ends {day(facts.not_after)}"
        self._log("import", profile, f"profile {facts.name} of {facts.app_id} imported from {source or 'data'}: {end}")
        return profile

    def _record(self, facts: ProfileFacts, id: int, source: str) -> ProvisioningProfile:
        return ProvisioningProfile(
            **_fields(facts), id=id, source=source, imported_at=self._clock.now(), imported_by=self._actor.user
        )

    def _log(self, action: str, profile: ProvisioningProfile, summary: str) -> None:
        self._audit.record(f"profile.{action}", f"profile:{profile.id}", summary)


def is_older(facts: ProfileFacts, than: ProfileFacts) -> bool:
    """Whether it expires earlier, or at the same time but was created earlier."""
    return (facts.not_after, facts.valid_from) < (than.not_after, than.valid_from)


def differences(old: ProfileFacts, new: ProfileFacts) -> tuple[str, ...]:
    """Sentences about differences from ``old``, other than dates."""
    notes = []
    if old.kind is not new.kind:
        notes.append(f"The profile before was for {old.kind} distribution; this one is for {new.kind}.")
    if set(old.platforms) != set(new.platforms):
        before, now = ", ".join(old.platforms), ", ".join(new.platforms)
        notes.append(f"The profile before was for {before}; this one is for {now}.")
    if old.application_identifier != new.application_identifier:
        notes.append(f"The app id before was {old.application_identifier}; this one is {new.application_identifier}.")
    keys = {certificate.public_key_sha256 for certificate in old.developer_certificates}
    if keys and not keys & {certificate.public_key_sha256 for certificate in new.developer_certificates}:
        notes.append("No developer certificate of the profile before is in it: sign the app anew.")
    return tuple(notes)


def _older(facts: ProfileFacts, there: ProvisioningProfile) -> Refusal:
    return Refusal(
        "profile-older",
        f"profile {there.id} ({there.name}) of {there.app_id} is newer: it ends {_minute(there.not_after)}, "
        f"the one in the file {_minute(facts.not_after)}",
        "Import the newest one. To go back to an older one, choose --on-older replace.",
    )


def _minute(at: datetime) -> str:
    return f"{minute(at)} UTC"


def _fields(facts: ProfileFacts) -> dict[str, Any]:
    return {name: getattr(facts, name) for name in ProfileFacts.__struct_fields__}


def _facts_of(profile: ProvisioningProfile) -> ProfileFacts:
    return ProfileFacts(**_fields(profile))
