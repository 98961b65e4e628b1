"""``python -m benchmarks NAME [--json] …`` runs one measurement."""

from __future__ import annotations

import importlib
import sys

NAMES = ("console", "crash", "import", "store")


def main(argv: list[str]) -> int:
    if not argv or argv[0] not in NAMES:
        print(f"usage: python -m benchmarks {{{','.join(NAMES)}}} [--json]", file=sys.stderr)
        return 2
    module = importlib.import_module(f".{argv[0].replace('import', 'importing')}", __package__)
    return int(module.main(argv[1:]))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
