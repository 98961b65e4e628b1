"""Generates the pages of ``docs/cli`` from the commands: help, usage, options, and examples with their output.

``python -m docs.make_cli`` writes them. The examples are those of the commands (``examples=``). A command's examples
run one after the other on a copy of a sample workspace, after its lines in ``BEFORE``. Text that differs from run to
run, or from machine to machine, becomes ``...``; long output is cut.
"""

from __future__ import annotations

import inspect
import re
import shutil
import sys
import tempfile
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random

import click

from certfleet.cli.main import main
from certfleet.cli.manual_page import manual_page
from certfleet.simulator.company.bulk_archive import write_bulk_archive
from certfleet.simulator.company.credentials import x509_name
from certfleet.simulator.company.issuing import IssuingAuthority
from certfleet.simulator.company.purposes import TLS_SERVER
from certfleet.simulator.company.push import draw_topic, management_subject, push_certificate
from certfleet.store.authorities.validity import Validity
from certfleet.store.words import day

from .examples import DOCS, Examples, blocks
from .examples import commands as commands_in

FOLDER = DOCS / "cli"
MANUAL = DOCS / "certfleet.1"  # installed with the program, for man
INDEX = FOLDER / "README.md"  # written by hand, except its table of commands; its examples create the sample workspace
START = datetime(2026, 9, 14, tzinfo=UTC)
LINES = 14  # lines of output that a page shows
APPLE_ID = "mobile@nguyen-medical-group.example"
ADMIN = ("certfleet admin add ann --role operator --password-file pw",)
ENROLL = ("certfleet device enroll --platform ios --serial-number F2LX0001 --csr phone.csr --output phone.pem",)
ROTATION = ("certfleet authority refresh --now", "certfleet device renew --issuer default")
BULK = ("certfleet bulk import vpn.zip --identity-type serial-number",)
POLICY = ("certfleet policy create 'Field VPN' --server vpn.example.com --identity-type serial-number",)
OWNER = ("certfleet owner set certificate 4 --owner ann@example.com --deputy bob@example.com",)
SMTP = ("certfleet notice smtp set --host mail.example.com --from certfleet@example.com --to it@example.com",)
WEBHOOK = ("certfleet notice webhook set https://chat.example.com/hooks/1 --secret-file secret",)
REQUEST = ("certfleet apns request --email it@example.com --output push.csr",)
SIGN = (*REQUEST, "certfleet apns sign 3 --output push.plist")
OTHER_PUSH = (
    "certfleet certificate import-keystore push.p12 --password-file pw --use-as apns",
    "certfleet component bind apns 31 --yes",
)
SCENARIO = ("certfleet --workspace lesson scenario start apns-last-ten-days",)
ROTATION_PLAN = """\
title = "Rotate the device CA"

[[action]]
do = "refresh-authority"
after = "1h"
ready_after = "0h"

[[action]]
do = "renew"
after = "2h"
issuer = "default"
per_day = 20
"""
ROTATION_SCRIPT = """\
curl --silent --fail-with-body --cacert "$CERTFLEET_CA_FILE" --header "auth_token: $CERTFLEET_TOKEN" \\
  --header "Content-Type: application/json" --data '[1, 2, 3]' --output renewed.json \\
  --retry 2 --retry-all-errors --retry-delay 1 \\
  "$CERTFLEET_URL/xenmobile/api/v1/device/renewDeviceCert"
"""
BEFORE = {
    **dict.fromkeys(("undo", "audit show"), ("certfleet certificate describe 4 'of the gateway'",)),
    **dict.fromkeys(
        ("admin remove", "admin password", "admin role", "admin unlock", "admin shell map", "admin shell unmap"), ADMIN
    ),
    **dict.fromkeys(
        (f"endpoint {verb}" for verb in ("list", "show", "history", "check", "remove")),
        ("certfleet endpoint add gateway.invalid --need gateway-ssl",),
    ),
    "admin scrape-token revoke": ("certfleet admin scrape-token add prometheus > token",),
    **dict.fromkeys(
        (
            *("device show", "device renew", "device revoke", "device delete", "device change"),
            *("trust install", "simulate log"),
        ),
        ENROLL,
    ),
    "device refresh": ROTATION,
    "authority delete": ("certfleet authority refresh --now --inactive --name spare",),
    **dict.fromkeys(("bulk delete", "bulk list", "bulk show"), BULK),
    **dict.fromkeys((f"policy {verb}" for verb in ("show", "change", "deploy", "delete", "report")), POLICY),
    **dict.fromkeys(
        ("moment list", "moment show", "moment go", "moment branch", "moment forget"),
        ("certfleet moment save 'before the rotation'", *ROTATION),
    ),
    "moment compare": (
        "certfleet moment save 'before the rotation'",
        "certfleet moment branch 'before the rotation' other-plan",
        *ROTATION,
    ),
    "simulate campaign start": ROTATION,
    "simulate campaign status": (*ROTATION, "certfleet simulate campaign start", "certfleet simulate run --for 10d"),
    "simulate campaign end": (*ROTATION, "certfleet simulate campaign start", "certfleet simulate run --for 3d"),
    **dict.fromkeys((f"scenario {verb}" for verb in ("files", "status", "hint", "report")), SCENARIO),
    **dict.fromkeys(
        (f"plan {verb}" for verb in ("status", "pause", "resume", "stop")),
        ("certfleet plan run rotation.toml --for 1d",),
    ),
    "forecast-forget": ("certfleet forecast --for 30d --plan rotation.toml --keep rotation",),
    "forecast-review": ("certfleet forecast --for 30d --plan rotation.toml --keep rotation",),
    "fixture bombs": ("certfleet fixture export repository --only keystores", "rm repository/manifest.json"),
    "fixture check": ("certfleet fixture export fixtures",),
    "class report": ("certfleet class create --people 3 --scenario apns-last-ten-days monday",),
    "simulate end-outage": ("certfleet simulate outage apns --for 6h --yes",),
    "device habits": ("certfleet --workspace real device import many.csv",),
    "device check-in": (*ENROLL, "certfleet device renew F2LX0001"),
    "device profile": (*BULK, *ENROLL, *POLICY),
    "apns sign": REQUEST,
    "apns upload": SIGN,
    "apns import": (*SIGN, f"certfleet apns upload push.plist --apple-id {APPLE_ID}"),
    "apns register": OTHER_PUSH,
    "apns portal forget": (*OTHER_PUSH, "certfleet apns register --apple-id it@exmaple.com"),
    **dict.fromkeys(("owner list", "owner show", "notice drill", "handover"), OWNER),
    **dict.fromkeys(("notice smtp show", "notice smtp remove"), SMTP),
    **dict.fromkeys(("notice webhook show", "notice webhook remove"), WEBHOOK),
    "component bind": ("certfleet certificate import chain.pem --key mdm.key",),
    "profile import": ("certfleet profile export 1 --output mail.mobileprovision",),
    "profile remove": (
        "certfleet component unbind provisioning-profile --name com.nguyenmedicalgroup.securemail --yes",
    ),
    "task export": ("certfleet site set --migrated", "certfleet certificate replace 30 renewed.p12 --password-file pw"),
    "site freeze remove": ("certfleet site freeze add 2026-12-20..2027-01-06",),
    "workspace backups": ("certfleet workspace backup",),
    **dict.fromkeys(("workspace check", "workspace restore"), ("certfleet workspace backup safe.backup",)),
    "workspace import": ("certfleet workspace export inventory.json",),
}
NOT_RUN = {
    "certfleet since": "it depends on when you looked",
    "certfleet endpoint add mail": "a second endpoint shows nothing new",
    "certfleet endpoint check": "it depends on what your network answers",
    "certfleet endpoint import": "it needs a server; endpoints.md has one that runs",
    "certfleet class watch": "it is a full screen",
    "certfleet config edit": "it opens an editor",
    "certfleet demo": "it opens the full-screen console",
    "certfleet fixture serve": "it serves until Ctrl-C",
    "certfleet watch": "it watches until Ctrl-C",
    "certfleet web": "it serves until Ctrl-C",
    "certfleet serve": "it serves until Ctrl-C; rest.md has a server that runs",
    "certfleet notice smtp test": "it needs a mail server",
    "certfleet notice webhook test": "it needs a server",
    "certfleet simulate run --speed": "it runs until it is stopped",
    "certfleet simulate stop": "it needs a running simulator",
    "certfleet simulate speed": "it needs a running simulator",
    "certfleet simulate fix": "nothing fails in the sample workspace",
    "certfleet simulate fleet": "it takes minutes for a fleet of this size",
    "certfleet simulate campaign start --": "one campaign runs at a time",
    "certfleet simulate company": "the sample workspace has its company",
    "certfleet workspace share": "it depends on the groups of your machine",
    "certfleet workspace passphrase": "it asks for the passphrase",
    "certfleet plan done": "nothing waits for a person in the sample workspace, which is simulated",
    "certfleet notice retry 4": "no channel is configured in the sample workspace",
    "certfleet certificate import /etc": "it reads the certificates of your machine",
    "eval": "it changes your shell",
    "certfleet help --man": "the page is long",
}

_CHANGING = (
    re.compile(r"\b[0-9a-fA-F]{16,}\b"),
    re.compile(r"\d{4}-?\d\d-?\d\dT\d{6}Z(-[0-9a-f]{4})?"),
    re.compile(r"\d+\.\d MB"),
    re.compile(r"^[\w-]{43}$", re.M),  # a token
    re.compile(r"(?<=after )\d+\.\d(?= s\b)"),
)
_PEM = re.compile(r"(-----BEGIN [^\n]+-----\n).*?(\n-----END)", re.S)


def prepare(folder: Path) -> None:
    """Create the sample: a company's workspace in the home folder, and the files that examples read."""
    validity = Validity(START - timedelta(days=9), START + timedelta(days=356))
    longer = Validity(START - timedelta(days=9), START + timedelta(days=3000))
    root = IssuingAuthority.root(x509_name("Example Root CA"), Random(1), longer)
    issuing = root.subordinate(x509_name("Example Issuing CA"), longer)
    mdm = issuing.issue(x509_name("mdm.example.com"), TLS_SERVER, validity, sans=["mdm.example.com"])
    renewed = issuing.issue(x509_name("gateway.example.com"), TLS_SERVER, validity, sans=["gateway.example.com"])
    mail = issuing.issue(x509_name("mail.example.com"), TLS_SERVER, validity, sans=["mail.example.com"])
    push = push_certificate(root, management_subject(draw_topic(Random(2))), validity.not_after)
    for name, data in {
        "chain.pem": mdm.pem(),
        "mdm.key": mdm.key_pem(),
        "renewed.p12": renewed.pkcs12("correct horse", "gateway"),
        "mail.p12": mail.pkcs12("correct horse", "mail"),
        "push.p12": push.pkcs12("correct horse", "push"),
        "pw": b"correct horse\n",
        "hosts.txt": b"mdm.example.com mdm-ssl\nstore.example.com gateway-storefront-ssl\nintranet.example.com:8443\n",
        "secret": b"a secret for the webhook\n",
        "leavers.txt": b"F2LX0001\n",
        "rotation.toml": ROTATION_PLAN.encode(),
        "rotate.sh": ROTATION_SCRIPT.encode(),
    }.items():
        (folder / name).write_bytes(data)
    for path in (DOCS.parent / "fixtures" / "exports").iterdir():
        shutil.copy(path, folder)
    shutil.copy(DOCS.parent / "fixtures" / "scenarios" / "gateway-monday.toml", folder / "lesson.toml")
    (folder / "many.csv").write_text(_many_devices())
    write_bulk_archive(folder / "vpn.zip", ["F2LX0001", "A12BC3D4EFGH"], root, validity)
    with started(folder) as examples:
        for block in blocks(INDEX.read_text()):
            for command, _ in commands_in(block.text):
                examples.done(command)


def _many_devices() -> str:
    """An export of 200 iPhones, by certfleet's column names: most were seen yesterday, some long ago."""
    silent = [1] * 180 + [12] * 6 + [45] * 9 + [150] * 5
    rows = [
        f"ios,SN{number:04},{day(START - timedelta(days=days))},{day(START - timedelta(days=3 * number + 160))},yes"
        for number, days in enumerate(silent)
    ]
    return "\n".join(["platform,serial_number,last_check_in,enrolled_at,supervised", *rows, ""])


def started(folder: Path) -> Examples:
    """Examples in a folder whose workspace is ``inventory``."""
    examples = Examples(folder)
    examples.environment["CERTFLEET_WORKSPACE"] = "inventory"
    return examples


def page(noun: str, sample: Path) -> str:
    """The page of a command or a group of commands; ``sample`` is a prepared folder, which stays unchanged."""
    command = main.get_command(click.Context(main), noun)
    assert command is not None
    parts = [_section(path, found, sample) for path, found in commands(command, (noun,))]
    return "\n".join([f"# certfleet {noun}\n", *[f"{_text(command)}\n"] * isinstance(command, click.Group), *parts])


def index() -> str:
    """The text of the index, with the present commands in its table."""
    context = click.Context(main)
    rows = ""
    for noun in nouns():
        command = main.get_command(context, noun)
        assert command is not None
        sentence = _text(command).split("\n\n")[0].split(". ")[0].rstrip(".")
        rows += f"| [{noun}]({noun}.md) | {sentence} |\n"
    return re.sub(
        r"(\| command \| \|\n\|---\|---\|\n)(?:.+\n)*", lambda found: found[1] + rows, INDEX.read_text(), count=1
    )


def commands(command: click.Command, path: tuple[str, ...] = ()) -> Iterator[tuple[tuple[str, ...], click.Command]]:
    """Every command below a group, by its path."""
    if isinstance(command, click.Group):
        context = click.Context(command)
        for name in command.list_commands(context):
            found = command.get_command(context, name)
            assert found is not None
            yield from commands(found, (*path, name))
    else:
        yield path, command


def nouns() -> list[str]:
    """The names of the pages."""
    return main.list_commands(click.Context(main))


def _section(path: tuple[str, ...], command: click.Command, sample: Path) -> str:
    context = click.Context(command, info_name=f"certfleet {' '.join(path)}")
    usage = " ".join([f"certfleet {' '.join(path)}", *command.collect_usage_pieces(context)])
    parts = [f"```text not run: the usage\n{usage}\n```\n", f"{_text(command)}\n"]
    if len(path) > 1:
        parts.insert(0, f"## {' '.join(path[1:])}\n")
    rows = [_option(option, context) for option in command.params if isinstance(option, click.Option)]
    if rows := [row for row in rows if row]:
        parts.append("| option | |\n|---|---|\n" + "".join(rows))
    parts += _examples(" ".join(path), getattr(command, "examples", ()), sample)
    return "\n".join(parts)


def _option(option: click.Option, context: click.Context) -> str:
    record = option.get_help_record(context)
    if record is None:
        return ""
    names, said = (re.sub(r"\s+", " ", text).replace("|", "\\|") for text in record)
    return f"| `{names}` | {said} |\n"


def _text(command: click.Command) -> str:
    """The help of a command as Markdown."""
    paragraphs = inspect.cleandoc(command.help or "").split("\n\n")
    return "\n\n".join(
        "```text not run: a table from the help\n" + paragraph.removeprefix("\b\n") + "\n```"
        if paragraph.startswith("\b")
        else re.sub(r"\s+", " ", paragraph)
        for paragraph in paragraphs
    )


def _examples(name: str, lines: Sequence[str], sample: Path) -> list[str]:
    shown, others = [], []
    for line in lines:
        reason = next((why for start, why in NOT_RUN.items() if line.startswith(start)), None)
        if reason:
            others.append(f"```console not run: {reason}\n$ {line}\n```\n")
        else:
            shown.append(line)
    if not shown:
        return others
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder) / "home"
        shutil.copytree(sample, home)
        with started(home) as examples:
            before = BEFORE.get(name, ())
            outputs = [_shortened(examples.done(line), home) for line in (*before, *shown)]
    text = "".join(f"$ {line}\n{output}" for line, output in zip((*before, *shown), outputs, strict=True))
    return [f"```console\n{text}```\n", *others]


def _shortened(output: str, home: Path) -> str:
    today = re.compile(rf"{datetime.now(UTC):%Y-%m-%d}[ T]\d\d:\d\d(:\d\d)?")
    output = _PEM.sub(r"\1...\2", output)
    for pattern in (*_CHANGING, today, re.compile(re.escape(str(home)))):
        output = pattern.sub("...", output)
    lines = [line.rstrip() for line in output.rstrip().splitlines()]
    if len(lines) > LINES:
        lines = [*lines[: LINES - 1], "..."]
    return "".join(f"{line}\n" for line in lines)


if __name__ == "__main__":
    INDEX.write_text(index(), encoding="utf-8")
    MANUAL.write_text(manual_page(main), encoding="utf-8")
    with tempfile.TemporaryDirectory() as folder:
        prepare(Path(folder))
        for noun in sys.argv[1:] or nouns():
            (FOLDER / f"{noun}.md").write_text(page(noun, Path(folder)), encoding="utf-8")
