"""Deploying certificates to devices, above all CA certificates, and what devices trust: the use cases."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from msgspec.structs import replace

from ..devices.device_tables import Batch, DeviceRecords
from ..devices.trust import installed
from ..errors import Refusal
from ..inventory.certificate_table import Entries
from ..model.certificate import Certificate, UseAs
from ..model.device import Device, Platform
from ..model.trust import TrustAnchor
from ..persistence.records import RecordTable
from ..use_cases import Context, UseCases
from ..words import plural


class Trust(UseCases):
    """The CA certificates that devices trust."""

    def __init__(self, context: Context) -> None:
        super().__init__(context)
        self._table = RecordTable(self._database.table("trust_anchors"), TrustAnchor)
        self._certificates = Entries(self._database)
        self._records = DeviceRecords(self._database)

    def list(self) -> tuple[TrustAnchor, ...]:
        """Every known record, by the id of its entry."""
        return tuple(self._table.all())

    def get(self, certificate_id: int) -> TrustAnchor:
        """The record of an entry; refuses with ``not-found``."""
        known = self._table.peek(certificate_id)
        return TrustAnchor(id=self._certificates.get(certificate_id).id) if known is None else known

    def users_of(self, certificate_id: int) -> tuple[str, ...]:
        """The devices, if it is deployed to them."""
        return ("the devices that it is deployed to",) if self.is_deployed(certificate_id) else ()

    def is_deployed(self, certificate_id: int) -> bool:
        """Whether it is deployed to devices."""
        known = self._table.peek(certificate_id)
        return known is not None and known.deployed_at is not None

    def deploy(
        self, certificate_id: int, *, platforms: Iterable[Platform] = (), antivirus: bool = False
    ) -> TrustAnchor:
        """Deploy a CA or server certificate: each device gets it at its next check-in.

        Users of devices that can't reach the server receive it to install it. ``antivirus``: the devices' antivirus
        trusts it too.

        Refuses with ``not-found``, ``not-deployable`` or ``certificate-replaced``.
        """
        with self._database.transaction():
            entry = self._certificates.get(certificate_id)
            if not entry.is_ca and entry.use_as is not UseAs.SERVER:
                raise Refusal(
                    "not-deployable",
                    f"certificate {entry.id} ({entry.name}) is used as {entry.use_as}",
                    "CA certificates and server certificates can be deployed to devices.",
                )
            if entry.replaced_by is not None:
                raise Refusal(
                    "certificate-replaced",
                    f"certificate {entry.id} ({entry.name}) has been replaced by {entry.replaced_by}",
                    f"Deploy {entry.replaced_by}.",
                )
            now, before = self._clock.now(), self.get(certificate_id)
            after = replace(
                _deployed_to(before, set(platforms) or set(Platform), now),
                deployed_by=before.deployed_by or self._actor.user,
                antivirus_at=before.antivirus_at or (now if antivirus else None),
            )
            where = "every device" if not after.platforms else ", ".join(after.platforms)
            with_antivirus = ", antivirus included" if after.antivirus_at is not None else ""
            return self._put(before, after, "deploy", f"{entry.name} deployed to {where}{with_antivirus}")

    def withdraw(self, certificate_id: int) -> TrustAnchor:
        """End a deployment: the certificate is removed from the devices."""
        with self._database.transaction():
            entry, before = self._certificates.get(certificate_id), self.get(certificate_id)
            after = replace(before, deployed_at=None, deployed_by="", platforms=(), earlier={}, antivirus_at=None)
            if after != before:
                after = replace(after, taken_at=self._clock.now())
            return self._put(before, after, "withdraw", f"{entry.name} is not deployed any more")

    def set_preinstalled(self, certificate_id: int, preinstalled: bool) -> TrustAnchor:
        """Set whether devices ship with this CA certificate in their trust store."""
        with self._database.transaction():
            entry, before = self._certificates.get(certificate_id), self.get(certificate_id)
            said = "comes with every device" if preinstalled else "does not come with the devices"
            after = replace(before, preinstalled=preinstalled)
            if before.preinstalled and not preinstalled:
                after = replace(after, taken_at=self._clock.now())
            return self._put(before, after, "preinstalled", f"{entry.name} {said}")

    def assume(self, certificate_id: int, up_to_device: int) -> None:
        """The devices up to this id have been working with this CA, so they trust it.

        Inside a transaction.
        """
        before = self.get(certificate_id)
        if before.up_to_device < up_to_device:
            self._write(before, replace(before, up_to_device=up_to_device))

    def install(self, certificate_id: int, ids: Iterable[int], *, antivirus: bool = False) -> tuple[Device, ...]:
        """Install a CA certificate on devices by hand; ``antivirus``: their antivirus trusts it too.

        Refuses with ``not-found`` or ``device-unknown``. Returns the changed devices.
        """
        entry, devices = self._certificates.get(certificate_id), []
        with self._database.transaction():
            now, batch = self._clock.now(), Batch()
            for id in dict.fromkeys(ids):
                change = installed(self._records.get(id), certificate_id, now, antivirus=antivirus)
                devices.append(change.device)
                if change.events:
                    batch.take(change, now)
            self._records.write(batch)
            if batch.devices:
                count = len(batch.devices)
                self._audit.record(
                    "device.install-root",
                    f"certificate:{entry.id}",
                    f"{entry.name} installed on {plural(count, 'device')}",
                )
        return tuple(devices)

    def forget(self, certificate_id: int) -> None:
        """Delete the record of a deleted entry, inside the transaction."""
        if self._table.peek(certificate_id) is not None:
            self._table.remove(certificate_id)

    def replaced(self, old: Certificate, new: Certificate) -> None:
        """Deploy ``new`` wherever ``old`` was deployed, inside the transaction of the replacement."""
        before = self.get(old.id)
        if before.deployed_at is None:
            return
        now, known = self._clock.now(), self.get(new.id)
        self._write(
            known,
            replace(
                _deployed_to(known, set(before.platforms) or set(Platform), now),
                deployed_by=known.deployed_by or before.deployed_by,
                antivirus_at=known.antivirus_at or (None if before.antivirus_at is None else now),
            ),
        )
        self._audit.record(
            "trust.deploy", f"certificate:{new.id}", f"{new.name} deployed in place of certificate {old.id}"
        )

    def _put(self, before: TrustAnchor, after: TrustAnchor, action: str, said: str) -> TrustAnchor:
        if after == before:
            return before
        with self._database.transaction():
            self._write(before, after)
            self._audit.record(f"trust.{action}", f"certificate:{after.id}", said)
        return after

    def _write(self, before: TrustAnchor, after: TrustAnchor) -> None:
        if self._table.peek(after.id) is None:
            self._table.put([after])
        else:
            self._table.write(before, after)


def _deployed_to(anchor: TrustAnchor, wanted: set[Platform], now: datetime) -> TrustAnchor:
    """The record with these platforms added; a repeated deployment changes nothing."""
    before = {platform: at for platform in Platform if (at := anchor.deployed_to(platform)) is not None}
    if wanted <= before.keys():
        return anchor
    platforms = sorted(wanted | before.keys())
    everybody = len(platforms) == len(Platform)
    return replace(anchor, deployed_at=now, platforms=() if everybody else tuple(platforms), earlier=before)
