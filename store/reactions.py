"""The table of who reacts to which event."""

from __future__ import annotations

from .components.needs import ENROLL_CHAINS
from .model import events
from .wiring.fleet_use_cases import FleetUseCases


def react(use: FleetUseCases, event: events.Event) -> events.Reaction:
    """Carry out the reactions to an event, in their order."""
    match event:
        case events.CertificateImported(certificate):
            use.tasks.answered(certificate)
            use.components.imported(certificate)
            use.policies.entry_changed(certificate.id, certificate)
        case events.CertificateUseChanged(certificate):
            use.components.used_as(certificate)
        case events.CertificateReplaced(old, new):
            use.trust.replaced(old, new)
            use.owners.moved(f"certificate:{old.id}", f"certificate:{new.id}")
            use.tasks.answered(new)
            switched = (*use.components.switch(old, new), *use.policies.entry_changed(old.id, new))
            notes = (*use.components.name_notes(new), *use.impact.trust_notes(new.id))
            notes = (*notes, *use.impact.endpoint_notes(new.id), *use.site.freeze_notes("the replacement"))
            return events.Reaction(switched=switched, notes=notes)
        case events.CertificateDeleted(certificate):
            use.trust.forget(certificate.id)
            use.owners.forget(f"certificate:{certificate.id}")
        case events.Doubted(sentences):
            use.trials.take_note(sentences)
        case events.ChangeStarted(what):
            use.trials.take_note(use.site.freeze_notes(what))
        case events.RequestCancelled(request_id):
            use.tasks.given_up(request_id)
        case events.IdentityCertificatesChanged(identities):
            use.policies.certificates_changed(identities)
        case events.ComponentBound(component, said, first):
            use.tasks.overtaken(component.id, said)
            if first and component.need in ENROLL_CHAINS:
                top = use.inventory.chain(component.certificate_id or 0)[-1]
                use.trust.assume(top.id, use.devices.records.next_device_id() - 1)
        case events.ComponentSwitched():
            use.tasks.follow_up(event)
        case events.ComponentRemoved(component, said):
            use.owners.forget(f"component:{component.id}")
            use.tasks.overtaken(component.id, said)
        case events.DevicesImported(import_id):
            use.kept_forecasts.look(f"import {import_id}")
        case events.ChannelConfigured(channel):
            use.summaries.set_up(channel)
        case events.EndpointChecked(reading=reading):
            use.endpoints.note(reading)
        case events.FollowUpsDone(component_id):
            use.components.finish(component_id)
    return events.Reaction()
