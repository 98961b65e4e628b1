"""``python -m benchmarks NAME [--json] …`` runs one measurement."""

from __future__ import annotations

import importlib
import sys

NAMES = (
    "backup",
    "bulk",
    "console",
    "crash",
    "damage",
    "endpoints",
    "enrol",
    "fixtures",
    "forecast",
    "hangup",
    "import",
    "kill",
    "moments",
    "postgresql",
    "postgresql-floor",
    "postgresql-siege",
    "realism",
    "rest",
    "scale",
    "siege",
    "store",
    "together",
    "whatif",
    "year",
)


def main(argv: list[str]) -> int:
    if not argv or argv[0] not in NAMES:
        print(f"usage: python -m benchmarks {{{','.join(NAMES)}}} [--json]", file=sys.stderr)
        return 2
    return int(importlib.import_module(module_of(argv[0])).main(argv[1:]))


def module_of(name: str) -> str:
    """The module of a measurement; ``import`` can't be a module's name, nor can what has a hyphen."""
    return f"benchmarks.{'importing' if name == 'import' else name.replace('-', '_')}"


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
