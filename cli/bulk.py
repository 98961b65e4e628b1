"""``certfleet bulk``: the table of its commands."""

from __future__ import annotations

import click

from .frame.lazy_loading import Lazy, LazyGroup

COMMANDS = {
    "import": Lazy("bulk_import", "import_archive", "Import an archive of device certificates."),
    "delete": Lazy("bulk_delete", "delete", "Delete the certificates of many devices."),
    "list": Lazy("bulk_list", "list_certificates", "List the certificates."),
    "show": Lazy("bulk_list", "show", "Show the certificate of one identity."),
}


@click.group(cls=LazyGroup, table=COMMANDS)
def bulk() -> None:
    """The device certificates that VPN policies install on iOS devices: PKCS #12 files, named after devices."""
