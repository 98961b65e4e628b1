"""Pictures of every screen and dialog of the console, to look at: ``python -m docs.gallery FOLDER [NAME…]``.

Each is opened by its keys on a small demo company, or in another of the ``PLACES``, and taken at both sizes in the dark
and the light look. The pictures are SVG files, ``NAME-80x24-dark.svg``; sheets of several are beside them,
``sheet-80x24-dark-01.svg``. Nothing is changed: dialogs are opened and left.
"""

from __future__ import annotations

import asyncio
import re
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from textual.pilot import Pilot

from certfleet.store.workspace import Workspace
from certfleet.tui.app import CertfleetApp
from certfleet.tui.overview.demo_dialog import demo_welcome
from certfleet.tui.shell.settings import ConsoleSettings
from certfleet.tui.themes.themes import Look

from .gallery_workspaces import PLACES

SIZES = ((80, 24), (140, 45))
LOOKS = (Look.DARK, Look.LIGHT)
_WAIT = 300.0  # seconds for a screen to open; a debrief runs a scenario again, once without each act
_NAMED = {" ": "space", ":": "colon", ".": "full_stop", "-": "minus", "@": "at", "/": "slash"}


@dataclass(frozen=True)
class Shown:
    """A screen or a dialog: the name of its picture, of its class, and its keys; ``~Text`` waits for a text. ``place``
    is the workspace that it is taken in; with ``welcome``, what the demo says first is shown."""

    name: str
    kind: str
    keys: Sequence[str]
    place: str = "demo"
    welcome: bool = False


def _at(need: str) -> list[str]:
    """The keys that go to a row of the checklist."""
    return ["6", "~Endpoint Management", "slash", *need, "enter", "home"]


SHOWN = (
    Shown("overview", "OverviewPage", []),
    Shown("overview-help", "HelpScreen", ["question_mark"]),
    Shown("certificates", "CertificatesPage", ["2", "down"]),
    Shown("certificate", "CertificateDetailPage", ["2", "down", "enter"]),
    Shown("certificate-chain", "CertificateDetailPage", ["2", "down", "enter", "right_square_bracket"]),
    Shown("certificate-used", "CertificateDetailPage", ["2", "down", "enter", *["right_square_bracket"] * 2]),
    Shown("import", "ImportDialog", ["2", "i", "~mdm-push.p12"]),
    Shown("replace", "ReplaceDialog", ["2", "down", "r"]),
    Shown("request", "RequestDialog", ["2", "n"]),
    Shown("requests", "RequestsDialog", ["2", "t"]),
    Shown("request-made", "RequestMadeDialog", ["2", "t", "enter"]),
    Shown("describe", "DescribeDialog", ["2", "down", "d"]),
    Shown("password", "PasswordDialog", ["2", "slash", *"mdm-push", "enter", "P"]),
    Shown("verify", "VerifyDialog", ["2", "V"]),
    Shown("certificate-delete", "Question", ["2", "end", "x"]),
    Shown("certificate-export", "SaveDialog", ["2", "down", "e"]),
    Shown("certificate-owner", "OwnerDialog", ["2", "down", "w"]),
    Shown("compare", "DetailsDialog", ["2", "space", "down", "space", "equals_sign"]),
    Shown("copy", "TableDialog", ["2", "down", "y"]),
    Shown("columns", "ColumnsDialog", ["2", "c"]),
    Shown("filters", "FiltersDialog", ["2", "ctrl+s"]),
    Shown("save-list", "SaveDialog", ["2", "E"]),
    Shown("devices", "DevicesPage", ["3", "down"]),
    Shown("devices-pane", "DevicesPage", ["3", "F"]),
    Shown("device", "DeviceDetailPage", ["3", "down", "enter"]),
    Shown("device-events", "DeviceDetailPage", ["3", "down", "enter", "right_square_bracket"]),
    Shown("device-more", "DeviceDetailPage", ["3", "down", "enter", *["right_square_bracket"] * 2]),
    Shown("device-import", "DeviceImportDialog", ["3", "i"]),
    Shown("device-change", "DeviceChangeDialog", ["3", "down", "d"]),
    Shown("device-delete", "DeviceDeletionQuestion", ["3", "down", "x"]),
    Shown("secure", "SecureDialog", ["3", "ctrl+a", "s", "~devices"]),
    Shown("authorities", "AuthoritiesPage", ["4", "down"]),
    Shown("authority", "DetailsDialog", ["4", "down", "enter"]),
    Shown("refresh", "RefreshDialog", ["4", "n"]),
    Shown("activate", "ActivationQuestion", ["4", "home", "I"]),
    Shown("group-delete", "GroupDeletionQuestion", ["4", "home", "x"]),
    Shown("listener", "ListenerDialog", ["4", "L"]),
    Shown("authority-export", "SaveDialog", ["4", "down", "e"]),
    Shown("policies", "PoliciesPage", ["5", "down"]),
    Shown("policy-add", "PolicyDialog", ["5", "n"]),
    Shown("policy-change", "PolicyDialog", ["5", "d"]),
    Shown("policy-deploy", "PolicyDeployDialog", ["5", "D"]),
    Shown("policy-delete", "PolicyDeleteQuestion", ["5", "x"]),
    Shown("device-certificates", "DeviceCertificatesPage", ["5", "0"]),
    Shown("bulk-import", "BulkImportDialog", ["5", "0", "i"]),
    Shown("bulk-delete", "BulkDeleteDialog", ["5", "0", "x"]),
    Shown("checklist", "ChecklistPage", ["6", "down"]),
    Shown("need", "DetailsDialog", ["6", "down", "enter"]),
    Shown("bind", "BindDialog", ["6", "down", "b"]),
    Shown("deploy", "DeployDialog", [*_at("gateway"), "D"]),
    Shown("add-component", "AddComponentDialog", ["6", "n"]),
    Shown("site", "SiteDialog", ["6", "comma"]),
    Shown("profile", "ProfileDialog", [*_at("profile"), "b"]),
    Shown("tasks", "TasksDialog", ["6", "t"]),
    Shown("checklist-export", "SaveDialog", ["6", "e"]),
    Shown("apns", "ApnsDialog", [*_at("apns"), "r"]),
    Shown("apple-id", "AppleIdDialog", [*_at("apns"), "r", "d"]),
    Shown("endpoints", "EndpointsPage", ["6", "0"]),
    Shown("endpoint-add", "AddEndpointDialog", ["6", "0", "n"]),
    Shown("endpoint-remove", "Question", ["6", "0", "x"]),
    Shown("simulator", "SimulatorPage", ["7"]),
    Shown("campaign", "CampaignDialog", ["7", "C"]),
    Shown("outage", "OutageDialog", ["7", "exclamation_mark"]),
    Shown("moments", "MomentDialog", ["7", "M"]),
    Shown("start-scenario", "StartScenarioDialog", ["z"]),
    Shown("forecast", "ForecastPage", ["7", "0"]),
    Shown("forecast-new", "ForecastDialog", ["7", "0", "n"]),
    Shown("start-by", "StartByDialog", ["7", "0", "S"]),
    Shown("freezes", "FreezesDialog", ["7", "0", "S", "d"]),
    Shown("plans", "PlansDialog", ["7", "0", "t"]),
    Shown("plan-file", "PlanFileDialog", ["7", "0", "t", "n"]),
    Shown("notices", "NoticesPage", ["8", "down"]),
    Shown("notice", "DetailsDialog", ["8", "down", "enter"]),
    Shown("delivery", "DeliveryDialog", ["8", "comma"]),
    Shown("audit", "AuditPage", ["9"]),
    Shown("undo", "UndoQuestion", ["9", "u"]),
    Shown("seal", "DetailsDialog", ["9", "V"]),
    Shown("since", "DetailsDialog", ["H"]),
    Shown("demo-welcome", "DetailsDialog", ["~what to try first"], welcome=True),
    Shown("palette", "Commands", ["ctrl+p", "~Search"]),
    Shown("forecast-result", "ForecastPage", ["7", "0", "n", "~Plan files", "enter", "~90 days from"]),
    Shown(
        "import-refused", "ImportDialog", ["2", "i", *"mdm-push.p12", "enter", "~Password", *"no", "enter", "~wrong"]
    ),
    Shown("secure-harm", "SecureDialog", ["3", "ctrl+a", "s", "down", "enter", "~STRANDS"]),
    Shown("push-upload", "PushUploadDialog", [*_at("apns"), "r", "p"]),
    Shown("empty", "OverviewPage", [], "empty"),
    Shown("empty-certificates", "CertificatesPage", ["2"], "empty"),
    Shown("empty-devices", "DevicesPage", ["3"], "empty"),
    Shown("empty-authorities", "AuthoritiesPage", ["4"], "empty"),
    Shown("empty-policies", "PoliciesPage", ["5"], "empty"),
    Shown("empty-bulk", "DeviceCertificatesPage", ["5", "0"], "empty"),
    Shown("empty-checklist", "ChecklistPage", ["6"], "empty"),
    Shown("empty-endpoints", "EndpointsPage", ["6", "0"], "empty"),
    Shown("empty-simulator", "SimulatorPage", ["7"], "empty"),
    Shown("empty-forecast", "ForecastPage", ["7", "0"], "empty"),
    Shown("empty-notices", "NoticesPage", ["8"], "empty"),
    Shown("empty-audit", "AuditPage", ["9"], "empty"),
    Shown("demo-new", "DemoDialog", ["~ways to begin", "down", "down", "down", "enter"], "empty"),
    Shown("fleet", "FleetDialog", ["7", "n"], "empty, virtual"),
    Shown("real-overview", "OverviewPage", [], "protected"),
    Shown("real-checklist", "ChecklistPage", ["6", "down"], "protected"),
    Shown("name", "NameDialog", [*_at("saml"), "B", "~STOPS", "y", "~type its name"], "protected"),
    Shown("plans-begun", "PlansDialog", ["7", "0", "t", "~asks"], "protected"),
    Shown("go-on", "GoOnQuestion", ["7", "0", "t", "~asks", "enter"], "protected"),
    Shown("scenario-overview", "OverviewPage", ["~Scenario"], "migrated"),
    Shown("objectives", "ObjectivesDialog", ["z", "~Debrief"], "migrated"),
    Shown("debrief", "DebriefPage", ["z", "~Debrief", "f", "~not over yet", "y", "~What it led to"], "migrated"),
    Shown("support", "SupportDialog", ["6", "~Endpoint Management", "t", "~support", "e"], "migrated"),
    Shown("start-campaign", "StartCampaignDialog", ["7", "C"], "migrated"),
    Shown("drop-forecast", "DropForecastDialog", ["7", "0", "~Kept as", "x"], "migrated"),
    Shown("say-first", "SayFirstDialog", ["4", "n", "~Refresh", "enter", "~Say first"], "asking"),
)


async def opened(workspace: Workspace, shown: Shown, look: Look = Look.DARK, folder: Path | None = None) -> str:
    """Open a screen or a dialog; save its pictures if there is a folder. Answer the name of its class."""
    app = CertfleetApp(workspace, settings=ConsoleSettings(look=look), steady=False)
    app.welcome = demo_welcome(None) if shown.welcome else None
    async with app.run_test(size=SIZES[0], notifications=True) as pilot:
        await pilot.pause()
        for key in shown.keys:
            if key.startswith("~"):
                await _shows(pilot, key[1:])
            else:
                await pilot.press(_NAMED.get(key, key))
        await pilot.pause(0.3)
        kind = type(app.screen).__name__
        for size in SIZES if folder is not None else ():
            await pilot.resize_terminal(*size)
            await pilot.pause(0.3)
            picture = app.export_screenshot(title=f"{shown.name}: {kind}")
            (folder or Path()).joinpath(f"{shown.name}-{size[0]}x{size[1]}-{look.value}.svg").write_text(
                picture, "utf-8"
            )
    return kind


async def _shows(pilot: Pilot[None], text: str) -> None:
    for _ in range(int(_WAIT * 10)):
        if any(text in strip.text for strip in pilot.app.screen._compositor.render_strips()):
            return
        await pilot.pause(0.1)
    raise AssertionError(f"{text!r} isn't shown")


def sheets(folder: Path, names: Sequence[str]) -> None:
    """Put the pictures of a size and a look together, several on a sheet."""
    for columns, lines in SIZES:
        across, down = (2, 3) if columns == SIZES[0][0] else (2, 2)
        for look in LOOKS:
            here = [folder / f"{name}-{columns}x{lines}-{look.value}.svg" for name in names]
            for number in range(0, len(here), across * down):
                parts, wide, high = [], 0.0, 0.0
                for place, path in enumerate(here[number : number + across * down]):
                    picture = path.read_text(encoding="utf-8")
                    found = re.search(r'viewBox="0 0 ([\d.]+) ([\d.]+)"', picture)
                    assert found is not None
                    wide, high = float(found[1]), float(found[2])
                    at = f'<svg x="{place % across * wide}" y="{place // across * high}" width="{wide}" height="{high}"'
                    parts.append(picture.replace("<svg", at, 1))
                box = f"0 0 {across * wide} {down * high}"
                sheet = f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="{box}">{"".join(parts)}</svg>'
                name = f"sheet-{columns}x{lines}-{look.value}-{number // (across * down) + 1:02}.svg"
                (folder / name).write_text(sheet, encoding="utf-8")


def main(folder: Path, *names: str) -> None:
    folder = folder.resolve()
    folder.mkdir(parents=True, exist_ok=True)
    chosen = [shown for shown in SHOWN if not names or shown.name in names]
    for place in dict.fromkeys(shown.place for shown in chosen):
        with PLACES[place]() as workspace:
            for shown in (one for one in chosen if one.place == place):
                for look in LOOKS:
                    kind = asyncio.run(opened(workspace, shown, look, folder))
                said = shown.name if kind == shown.kind else f"{shown.name}: {kind} in place of {shown.kind}"
                print(said, flush=True)
    sheets(folder, [shown.name for shown in chosen])


if __name__ == "__main__":
    main(Path(sys.argv[1]), *sys.argv[2:])
