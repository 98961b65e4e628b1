"""The table of who reacts to which event."""

from __future__ import annotations

from dataclasses import dataclass

from .devices.devices import Devices
from .effects.trials import Trials
from .endpoints.endpoints import Endpoints
from .impact.components import Components
from .impact.impact import Impact
from .impact.kept_forecasts import KeptForecasts
from .impact.needs import ENROLL_CHAINS
from .impact.site import Site
from .impact.summaries import Summaries
from .impact.tasks import Tasks
from .impact.trust import Trust
from .inventory.inventory import Inventory
from .model import events
from .notices.owners import Owners
from .policies.policies import Policies


@dataclass(frozen=True, kw_only=True)
class Reactions:
    """The reactions to each event, in order. They run in the event's transaction.

    Consequences are not in this table: every transaction compares them itself.
    """

    components: Components
    devices: Devices
    endpoints: Endpoints
    impact: Impact
    inventory: Inventory
    kept_forecasts: KeptForecasts
    owners: Owners
    policies: Policies
    site: Site
    summaries: Summaries
    tasks: Tasks
    trials: Trials
    trust: Trust

    def to(self, event: events.Event) -> events.Reaction:
        """Carry out the reactions to an event, in their order."""
        match event:
            case events.CertificateImported(certificate):
                self.tasks.answered(certificate)
                self.components.imported(certificate)
                self.policies.entry_changed(certificate.id, certificate)
            case events.CertificateUseChanged(certificate):
                self.components.used_as(certificate)
            case events.CertificateReplaced(old, new):
                self.trust.replaced(old, new)
                self.owners.moved(f"certificate:{old.id}", f"certificate:{new.id}")
                self.tasks.answered(new)
                switched = (*self.components.switch(old, new), *self.policies.entry_changed(old.id, new))
                notes = (*self.components.name_notes(new), *self.impact.trust_notes(new.id))
                notes = (*notes, *self.impact.endpoint_notes(new.id))
                self.trials.take_note(self.site.freeze_notes("the replacement"))
                return events.Reaction(switched=switched, notes=notes)
            case events.CertificateDeleted(certificate):
                self.trust.forget(certificate.id)
                self.owners.forget(f"certificate:{certificate.id}")
            case events.Doubted(sentences):
                self.trials.take_note(sentences)
            case events.ChangeStarted(what):
                self.trials.take_note(self.site.freeze_notes(what))
            case events.RequestCancelled(request_id):
                self.tasks.given_up(request_id)
            case events.IdentityCertificatesChanged(identities):
                self.policies.certificates_changed(identities)
            case events.ComponentBound(component, said, first):
                self.tasks.overtaken(component.id, said)
                if first and component.need in ENROLL_CHAINS:
                    top = self.inventory.chain(component.certificate_id or 0)[-1]
                    self.trust.assume(top.id, self.devices.records.next_device_id() - 1)
            case events.ComponentSwitched():
                self.tasks.follow_up(event)
            case events.ComponentRemoved(component, said):
                self.owners.forget(f"component:{component.id}")
                self.tasks.overtaken(component.id, said)
            case events.DevicesImported(import_id):
                self.kept_forecasts.look(f"import {import_id}")
            case events.ChannelConfigured(channel):
                self.summaries.set_up(channel)
            case events.EndpointChecked(reading=reading):
                self.endpoints.note(reading)
            case events.FollowUpsDone(component_id):
                self.components.finish(component_id)
        return events.Reaction()
