"""The names of device models, with their maker once: makers and exports write it into both fields, or twice."""

from __future__ import annotations

import re
from functools import lru_cache

_COMPANY = re.compile(r"[\s,]+(inc|corp|corporation|co|ltd|gmbh|ag|llc|computer|computers)\b\.?,?", re.IGNORECASE)
_SAME = {"hewlett-packard": "HP", "hewlett packard": "HP", "lenovo": "Lenovo"}


@lru_cache(maxsize=4096)
def said_once(name: str) -> str:
    """``HP EliteBook 840`` for ``HP HP EliteBook 840``."""
    first, _, rest = name.partition(" ")
    return rest if rest and rest.partition(" ")[0].lower() == first.lower() else name


@lru_cache(maxsize=4096)
def with_maker(maker: str, model: str) -> str:
    """``Dell Latitude 5440`` for ``Dell Inc.`` and either ``Latitude 5440`` or ``Dell Latitude 5440``. Empty if neither
    is known."""
    brand = _COMPANY.sub("", maker).strip()
    brand = _SAME.get(brand.lower(), brand)
    name = said_once(model)
    first = name.lower().partition(" ")[0]
    if not first or not brand:
        return name or brand
    known = {brand.lower(), brand.lower().partition(" ")[0], maker.lower().partition(" ")[0]}
    return name if first in known or name.lower().startswith(brand.lower()) else f"{brand} {name}"
