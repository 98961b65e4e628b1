"""What the jobs start from."""

from __future__ import annotations

from pathlib import Path

from certfleet.simulator.fleet.fleet import FleetPlan, draw_fleet
from certfleet.store.workspace import Workspace
from tests.material import Issued

from ..sample_deployment import GATEWAY, deploy
from ..sample_inventory import fixed
from ..sample_policies import archive_for, iphones


def empty(workspace: Workspace, folder: Path) -> None:
    """No certificate yet, and the one for the MDM FQDN has come."""
    workspace.site.set(mdm_fqdn="mdm.example.com")
    _write(folder / "mdm.pem", fixed("mdm.example.com", 395, _issuing()))


def deployed(workspace: Workspace, folder: Path) -> None:
    """Needs are bound, some stop soon; the new certificate for the gateway has come."""
    deploy(workspace)
    _write(folder / "gateway.pem", fixed("gateway.example.com", 395, _issuing()))


def simulated(workspace: Workspace, folder: Path) -> None:
    """A simulated fleet of forty, all with certificates of one CA group."""
    draw_fleet(workspace, FleetPlan(devices=40, seed=7, churn=0))


def with_archive(workspace: Workspace, folder: Path) -> None:
    """An archive of certificates for five of the devices."""
    deploy(workspace)
    archive_for(folder, *(device.serial_number for device in iphones(workspace)[:5]))


def described_wrongly(workspace: Workspace, folder: Path) -> None:
    """Yesterday's mistake: the description of the gateway's certificate is gone."""
    deploy(workspace)
    workspace.inventory.describe(GATEWAY, "")


def _issuing() -> Issued:
    root = fixed("Example Root CA", 5000, is_ca=True, life=7300)
    return fixed("Example Issuing CA 1", 2100, root, is_ca=True, life=3650)


def _write(path: Path, issued: Issued) -> None:
    path.write_bytes(issued.chain_pem + issued.key_pem)
