"""Faults of the storage: flipped bits, cut files, zeroed and scribbled pages. Each is named, or has no effect.

``python -m benchmarks damage [--faults 2000] [--seed 1] [--json]``

A fault that is not named and has an effect is silent: a record reads as something that nobody wrote. After each fault
the workspace is restored from its backup, and checks clean.
"""

from __future__ import annotations

import argparse
import random
import shutil
import tempfile
from collections import Counter
from collections.abc import Callable
from pathlib import Path

from certfleet.store.backups.restoring import unpacked
from certfleet.store.backups.salvaging import salvaged
from certfleet.store.clock import FixedClock
from certfleet.store.errors import Refusal
from certfleet.store.inventory.sources import CertificateSource
from certfleet.store.workspace import Workspace

from .console_devices import START
from .material import issue, pem_chain
from .report import Report

PAGE = 4096
Fault = Callable[[Path, random.Random], object]


def flip_a_bit(store: Path, chance: random.Random) -> None:
    content = bytearray(store.read_bytes())
    content[chance.randrange(len(content))] ^= 1 << chance.randrange(8)
    store.write_bytes(content)


def cut(store: Path, chance: random.Random) -> None:
    store.write_bytes(store.read_bytes()[: chance.randrange(store.stat().st_size)])


def zero_a_page(store: Path, chance: random.Random) -> None:
    content = bytearray(store.read_bytes())
    at = chance.randrange(len(content) // PAGE) * PAGE
    content[at : at + PAGE] = bytes(PAGE)
    store.write_bytes(content)


def scribble(store: Path, chance: random.Random) -> None:
    content = bytearray(store.read_bytes())
    at, length = chance.randrange(len(content)), chance.randrange(1, 300)
    content[at : at + length] = chance.randbytes(length)[: len(content) - at]
    store.write_bytes(content)


FAULTS: tuple[Fault, ...] = (flip_a_bit, flip_a_bit, cut, zero_a_page, scribble)


def outcome(folder: Path, sound: object) -> str:
    """What opening and checking say: ``named``, ``no effect``, ``silent``, or the kind of an internal error."""
    try:
        with Workspace.open(folder, create=False, clock=FixedClock(START)) as workspace:
            if not workspace.check().clean:
                return "named"
            return "no effect" if _content(workspace) == sound else "silent"
    except Refusal:
        return "named"
    except Exception as error:  # noqa: BLE001 - counted
        return f"internal: {type(error).__name__}"


def main(argv: list[str]) -> int:
    parser = argparse.ArgumentParser(prog="benchmarks damage")
    parser.add_argument("--faults", type=int, default=2000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args(argv)
    report, chance, found = Report("damage", argv), random.Random(options.seed), Counter[str]()
    with tempfile.TemporaryDirectory() as place:
        folder, original = Path(place) / "workspace", Path(place) / "original"
        with Workspace.open(folder, clock=FixedClock(START)) as workspace:
            for number in range(20):
                source = CertificateSource(data=pem_chain(issue(f"{number}.example.com")), name="c.pem")
                workspace.inventory.import_from(source)
            backup = workspace.backups.make(Path(place) / "safe.backup")
            sound = _content(workspace)
        shutil.copytree(folder, original)
        unrestored = unrepaired = 0
        for number in range(options.faults):
            shutil.rmtree(folder)
            shutil.copytree(original, folder)
            FAULTS[number % len(FAULTS)](folder / "store.db", chance)
            found[said := outcome(folder, sound)] += 1
            if said == "named":
                unrepaired += not _repairs(folder)
                unrestored += not _restores(backup, folder)
        for name, count in sorted(found.items()):
            report.figure(name, count, "faults")
        internal = sum(count for name, count in found.items() if name.startswith("internal"))
        report.ratio("internal errors", internal, "0", internal == 0)
        report.ratio("silent", found["silent"], "0", found["silent"] == 0)
        report.ratio("not restored", unrestored, "0", unrestored == 0)
        report.ratio("repairs that failed otherwise than by a refusal", unrepaired, "0", unrepaired == 0)
    return report.show()


def _content(workspace: Workspace) -> object:
    engine = workspace.database.engine
    return {table: [(row.id, row.body) for row in engine.scan(table)] for table in engine.tables()}


def _repairs(folder: Path) -> bool:
    try:
        with salvaged(folder) as (draft, _):
            draft.check()
    except Refusal:
        return True
    except Exception:  # noqa: BLE001 - counted
        return False
    return True


def _restores(backup: Path, folder: Path) -> bool:
    with unpacked(backup, folder) as draft:
        clean = draft.check().report.clean
        if (kept := draft.put_in_place()) is not None:
            shutil.rmtree(kept)
    return clean
