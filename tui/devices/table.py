"""The list of devices: a list table that leaves s to Secure."""

from __future__ import annotations

from typing import ClassVar

from textual.binding import BindingType

from ..components.list_keys import list_keys
from ..components.list_table import ListTable
from .device_rows import DeviceRow


class DeviceTable(ListTable[DeviceRow], inherit_bindings=False):
    """Sorts with ``o``, since ``s`` is the screen's."""

    BINDINGS: ClassVar[list[BindingType]] = list_keys(sort="o")
