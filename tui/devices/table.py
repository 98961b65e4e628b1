"""The list of devices: a record table in which s is free for Secure."""

from __future__ import annotations

from typing import ClassVar

from textual.binding import Binding, BindingType

from ..components.record_table import RecordTable
from .device_rows import DeviceRow


class DeviceTable(RecordTable[DeviceRow], inherit_bindings=False):
    """Sorted by ``o``, as ``s`` is the screen's."""

    BINDINGS: ClassVar[list[BindingType]] = [
        *(
            binding
            for binding in RecordTable.BINDINGS
            if isinstance(binding, Binding) and binding.key not in ("s", "S")
        ),
        Binding("o", "sort_next", "Sort"),
        Binding("O", "sort_turn", "Turn the order", show=False),
    ]
