"""``certfleet apns``: the table of its commands."""

from __future__ import annotations

import click

from .frame.lazy_loading import Lazy, LazyGroup

COMMANDS = {
    "status": Lazy("apns_status", "status", "The push certificate in use: whose it is, until when, what lapses."),
    "renew": Lazy("apns_steps", "renew", "All steps at once: request, vendor, portal, import."),
    "request": Lazy("apns_request", "request", "Make a key and a request for a push certificate."),
    "sign": Lazy("apns_request", "sign", "Have a request signed by the (simulated) vendor."),
    "upload": Lazy("apns_steps", "upload", "Upload to the (simulated) push portal, as an Apple ID."),
    "import": Lazy("apns_steps", "import_issued", "Put what the portal issued in place of the one in use."),
    "register": Lazy("apns_steps", "register", "Say which Apple ID the one in use was made with."),
    "revoke": Lazy("apns_steps", "revoke", "Revoke a push certificate in the portal."),
    "portal": Lazy("apns_portal", "portal", "What the push portal has: list, download, forget."),
}


@click.group(cls=LazyGroup, table=COMMANDS)
def apns() -> None:
    """Push certificates: for managing Apple devices, and (--mail) for Secure Mail. A renewal as the same Apple ID keeps
    the topic, and the devices; anything else makes them re-enroll."""
