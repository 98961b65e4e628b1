"""A fleet on paper: its devices live by the simulator's rules, and no certificate of theirs is ever issued.

The rules need to know when a certificate expires, not what is in it. So a fleet of 20,000 devices takes seconds.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta

from msgspec.structs import replace

from certfleet.simulator.engine.behaviour.re_enrollment import ready_untold
from certfleet.simulator.engine.campaigns.answers import answer_of, appointments
from certfleet.simulator.engine.campaigns.campaign import CampaignPlan, campaign_of, needs_word
from certfleet.simulator.engine.windows.play import PlayStage
from certfleet.simulator.fleet.drawing import Drawing
from certfleet.simulator.fleet.fleet import FleetPlan, begin_drawing
from certfleet.store.devices import renewal
from certfleet.store.devices.device_tables import Batch
from certfleet.store.devices.enrollment import enrolled, first_certificate
from certfleet.store.devices.events import Occurrence
from certfleet.store.devices.gate import OPEN
from certfleet.store.devices.push_pace import paced
from certfleet.store.model.authority import AuthorityRole
from certfleet.store.model.campaign import CampaignFigures
from certfleet.store.model.device import Device, DeviceState
from certfleet.store.model.device_event import EventKind
from certfleet.store.model.habits import Told
from certfleet.store.workspace import Workspace


class PaperFleet:
    """The devices of a plan, enrolled. ``occurrences`` are their events since."""

    def __init__(self, plan: FleetPlan, start: datetime) -> None:
        self.start = self.now = start
        self.occurrences: list[Occurrence] = []
        self.enrolled_at: dict[int, datetime] = {}
        with Workspace.open(None, start=start) as workspace:
            drawing = Drawing.of(workspace, begin_drawing(workspace, plan))
            batch = Batch()
            for one in drawing.newcomers(0, plan.devices):
                first = first_certificate(one.device.id, one.job.group, one.job.validity.not_after)
                batch.take(enrolled(one.device, first, one.at), one.at)
                self.enrolled_at[one.device.id] = one.at
            self.devices = batch.devices
            self.arrivals = drawing.arrivals
            self.group = workspace.authorities.refresh(ready_after=timedelta(0)).name
            self._authority = workspace.authorities.of_group(self.group)[AuthorityRole.DEVICE]

    def ask_to_renew(self) -> None:
        """Request a renewal for every device."""
        batch, asked = Batch(), 0
        for device in self.devices.values():
            change = renewal.request_renewal(device, self.now, "paper", self.group)
            if change.refusal is None:
                change, asked = replace(change, device=paced(change.device, self.now, asked)), asked + 1
            batch.take(change, self.now)
        self._keep(batch)

    def turn_away(self) -> None:
        """Every device is out of management: its user must re-enroll it."""
        for id, device in self.devices.items():
            self.devices[id] = replace(device, state=DeviceState.MUST_RE_ENROLL, state_since=self.now, pending=())

    def tell(self, plan: CampaignPlan) -> dict[int, Told]:
        """Tell all users of devices that need them, as a campaign does; the answer is what each was told."""
        at = int(self.now.timestamp())
        campaign = replace(campaign_of(plan, self.now), id=1)
        needing = [device for device in self.devices.values() if needs_word(device)]
        figures = CampaignFigures()
        answers = [(device, answer_of(device, campaign, figures, at, ready_untold(device, OPEN))) for device in needing]
        told, _ = appointments(answers, campaign, at)
        for device in needing:
            assert device.habits is not None
            self.put([replace(device, habits=replace(device.habits, told=told[device.id]))])
        return told

    def put(self, devices: Iterable[Device]) -> None:
        """Replace some devices."""
        self.devices |= {device.id: device for device in devices}

    def play(self, until: datetime) -> None:
        """Let time pass."""
        stage = PlayStage(self._authority, self.group, 10 * len(self.devices))
        for device in list(self.devices.values()):
            stage.play(device, int(self.now.timestamp()), int(until.timestamp()))
        self._keep(stage.batch)
        self.now = until

    def times(self, kind: EventKind) -> dict[int, datetime]:
        """When an event first happened to each device."""
        found: dict[int, datetime] = {}
        for one in self.occurrences:
            if one.kind is kind:
                found[one.device_id] = min(one.at, found.get(one.device_id, one.at))
        return found

    def _keep(self, batch: Batch) -> None:
        self.devices |= batch.devices
        self.occurrences += batch.occurrences
