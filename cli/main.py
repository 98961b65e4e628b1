"""``certfleet``: the global options, and the table of the commands."""

from __future__ import annotations

from pathlib import Path

import click

from .. import __version__
from .frame.application import Application
from .frame.lazy_loading import Lazy
from .frame.parameters import FILE
from .frame.session import Session, pass_session

COMMANDS = {
    "demo": Lazy("demo", "demo", "A throw-away workspace with a company's certificates, in the console."),
    "certificate": Lazy("certificate", "certificate", "The inventory: import, look up, replace, export, request."),
    "checklist": Lazy("checklist", "checklist", "What certificates are needed for, where each stands, what to do."),
    "impact": Lazy("impact", "impact", "What is stopped or degraded, now or later, and by which certificate."),
    "component": Lazy("component", "component", "What uses which certificate: look up, bind."),
    "profile": Lazy("profile", "profile", "The provisioning profiles of iOS apps."),
    "trust": Lazy("trust", "trust", "Which certificates devices trust: deploy, install."),
    "task": Lazy("task", "task", "Follow-ups after a replacement: look up, mark done."),
    "apns": Lazy("apns", "apns", "Push certificates: look up, renew, the push portal."),
    "site": Lazy("site", "site", "What is peculiar to the deployment."),
    "authority": Lazy("authority", "authority", "The CA groups: look up, refresh, export, revocation lists."),
    "device": Lazy("device", "device", "The devices: look up, renew, revoke, enroll, check in."),
    "bulk": Lazy("bulk", "bulk", "Device certificates in bulk: import an archive, look up, delete."),
    "policy": Lazy("policy", "policy", "The VPN policies: look up, create, deploy, report."),
    "simulate": Lazy("simulate", "simulate", "Draw a fleet, and let its time pass."),
    "notice": Lazy("notice", "notice", "What you should know."),
    "admin": Lazy("admin", "admin", "Accounts and roles for logging in over the network."),
    "serve": Lazy("serve", "serve", "The REST API, for scripts to be rehearsed."),
    "audit": Lazy("audit", "audit", "Who did what."),
    "workspace": Lazy("workspace", "workspace", "The workspace itself: check, export, import, passphrase."),
    "completion": Lazy("completion", "completion", "Tab completion for your shell."),
}


@click.group(
    cls=Application,
    table=COMMANDS,
    invoke_without_command=True,
    context_settings={"help_option_names": ["-h", "--help"]},
    epilog="Exit status: 0 done, 1 refused, 2 usage. CERTFLEET_PASSPHRASE_FILE names a file with the passphrase.",
)
@click.option(
    "--workspace",
    type=FILE,
    envvar="CERTFLEET_WORKSPACE",
    help="The workspace to work on; else CERTFLEET_WORKSPACE, else one in your data folder.",
)
@click.option("--json", "as_json", is_flag=True, is_eager=True, help="One JSON document on standard output.")
@click.version_option(__version__, message="certfleet %(version)s")
@click.pass_context
@pass_session
def main(session: Session, context: click.Context, workspace: Path | None, as_json: bool) -> None:
    """The certificates of a device fleet. Without a command: the console on the workspace."""
    session.workspace_path = workspace
    session.json = as_json
    if context.invoked_subcommand is None:
        if as_json:
            raise click.UsageError("--json needs a command.", context)
        from .console import open_console

        open_console(session)
