"""The kinds of secrets in the vault."""

from __future__ import annotations

from enum import StrEnum

FLEET = "simulation"  # the name for the secret of a simulated fleet, which belongs to no public key


class SecretKind(StrEnum):
    """The kind of a secret."""

    PRIVATE_KEY = "private-key"
    KEYSTORE_PASSWORD = "keystore-password"  # noqa: S105  # the name of a kind, no password
    AUTHORITY_KEY = "authority-key"  # of a CA of ours, whose certificate may also be an entry of the inventory
    FLEET_SECRET = "fleet-secret"  # noqa: S105  # what the keys of simulated devices are derived from
    DELIVERY_SECRET = "delivery-secret"  # noqa: S105  # what logs in to the mail server, or signs for the webhook
    BULK_PASSWORD = "bulk-password"  # noqa: S105  # of the PKCS #12 file of a device certificate imported in bulk
    HANDED_FILE = "handed-file"  # a file with private keys that a scenario hands to the person, by its name
