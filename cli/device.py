"""``certfleet device``: the table of its commands."""

from __future__ import annotations

import click

from .frame.lazy_loading import Lazy, LazyGroup

COMMANDS = {
    "list": Lazy("device_list", "list_devices", "List the devices, by platform, issuer CA, state and more."),
    "show": Lazy("device_show", "show", "Show one device with its certificates and what happened to it."),
    "renew": Lazy("device_actions", "renew", "Certificate Renewal: new device certificates at the next check-in."),
    "revoke": Lazy("device_actions", "revoke", "Shut devices out."),
    "export": Lazy("device_export", "export", "Write device certificates as PEM or DER."),
    "profile": Lazy("device_profile", "profile", "Write the configuration profile that a device receives."),
    "enroll": Lazy("device_enroll", "enroll", "Enroll a device by a signing request, or re-enroll simulated ones."),
    "check-in": Lazy("device_check_in", "check_in", "Connect as a device, with its certificate and its key."),
}


@click.group(cls=LazyGroup, table=COMMANDS)
def device() -> None:
    """The devices of the fleet."""
