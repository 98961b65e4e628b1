"""``certfleet certificate``: the table of its commands."""

from __future__ import annotations

import click

from .frame.lazy_loading import Lazy, LazyGroup

COMMANDS = {
    "import": Lazy("certificate_import", "import_certificate", "Import a certificate file and, if given, its key."),
    "import-keystore": Lazy("certificate_import", "import_keystore", "Import one entry of a keystore."),
    "list": Lazy("certificate_list", "list_certificates", "List the inventory."),
    "show": Lazy("certificate_show", "show", "Show one entry with its chain."),
    "describe": Lazy("certificate_edit", "describe", "Set an entry's description."),
    "replace": Lazy("certificate_replace", "replace", "Update an entry by a new certificate with a new key."),
    "delete": Lazy("certificate_edit", "delete", "Delete an entry."),
    "export": Lazy("certificate_export", "export", "Write an entry as PEM, DER, chain PEM or PKCS #12."),
    "request": Lazy("certificate_request", "request", "Make a key and a signing request (CSR)."),
    "requests": Lazy("certificate_request", "requests", "List the signing requests, show or cancel one."),
    "verify": Lazy("certificate_verify", "verify", "Verify every chain of the inventory."),
    "password": Lazy("certificate_password", "password", "Show the password of an entry's keystore."),
}


@click.group(cls=LazyGroup, table=COMMANDS)
def certificate() -> None:
    """The certificate inventory."""
