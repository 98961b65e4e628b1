"""What the commands about bulk certificates share."""

from __future__ import annotations

import click

from ..store.model.bulk import IdentityType
from .frame.parameters import Words


class IdentityTypes(Words):
    """``SERIAL_NUMBER``, ``IMEI`` or ``MEID``; small letters and hyphens will do as well."""

    def normalize_choice(self, choice: object, ctx: click.Context | None) -> str:
        return super().normalize_choice(choice, ctx).strip().upper().replace("-", "_")


IDENTITY_TYPE = IdentityTypes(list(IdentityType))

identity_type_option = click.option(
    "--identity-type",
    type=IDENTITY_TYPE,
    required=True,
    help="Which identity of the device it is: SERIAL_NUMBER, IMEI or MEID.",
)
