"""Optional libraries, in extras of the package; ``pip install 'certfleet[all]'`` installs all of them."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from .errors import Refusal

_PACKAGES = {"Cryptodome": "pycryptodomex", "javaobj": "javaobj-py3"}
"""Package names that differ from the module's name."""


@contextmanager
def extra(name: str, purpose: str) -> Iterator[None]:
    """Import libraries of the extra ``name`` inside; refuses with ``extra-missing`` if one is not installed.

    ``purpose`` is what needs them, as the beginning of a sentence: ``"the cipher RC2"``.
    """
    try:
        yield
    except ModuleNotFoundError as error:
        module = (error.name or "").partition(".")[0]
        if module in ("", "certfleet"):
            raise
        package = _PACKAGES.get(module, module.replace("_", "-"))
        raise Refusal(
            "extra-missing",
            f"{purpose} needs the library {package}, which is not installed",
            f"Install it: pip install 'certfleet[{name}]'",
        ) from error
