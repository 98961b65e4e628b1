"""One certificate in full: summary, chain, dependents, fields and history."""

from __future__ import annotations

from collections.abc import Iterable

from rich.console import RenderableType
from rich.table import Table
from rich.text import Text
from textual import on
from textual.message import Message
from textual.widget import Widget
from textual.widgets import Static, Tree

from ...store.certificates.oid_names import oid_name
from ...store.model.certificate import is_root
from ...store.printable import printable
from ...store.views.certificate import USES, key_of, name_text, purposes_text, san_text, status_text
from ...store.views.verdict import VERDICT_STYLES, judged_text, reasons, verdict_text
from ...store.words import days_text, hexadecimal, minute, moment
from ..components.days_left_bar import days_bar
from ..components.fields import Value, fields
from ..components.text_styles import STATUS_TONES, TONES, Tone, style_of, styled
from ..dialogs.owner_dialog import owner_pairs
from ..endpoints.details import endpoint_lines
from ..lists.tabbed_details import TabbedDetails
from ..shell.keys.keys import keyed
from .certificate_rows import CertificateRow
from .chain_tree import ChainTree
from .dependents import DependsBlock


class CertificateDetailsPane(TabbedDetails[CertificateRow]):
    """Posts ``Followed`` when the person picks a certificate in the chain."""

    class Followed(Message):
        """The person picked another certificate in the chain."""

        def __init__(self, id: int) -> None:
            super().__init__()
            self.id = id

    tabs = (
        ("Summary", "summary"),
        ("Chain", "chain"),
        ("Depends", "depends"),
        ("Fields", "fields"),
        ("History", "history"),
    )
    nothing = "No certificate is chosen."

    def name_of(self, row: CertificateRow) -> str:
        return row.name

    def compose_tab(self, tab: str) -> Iterable[Widget]:
        if tab == "chain":
            yield Static(id="chain-verdict")
            yield ChainTree(id="chain-tree")
        else:
            yield from super().compose_tab(tab)

    def show_tab(self, tab: str, row: CertificateRow) -> None:
        if tab == "chain":
            self._show_chain(row)
        else:
            super().show_tab(tab, row)

    def body(self, tab: str, row: CertificateRow) -> RenderableType:
        match tab:
            case "summary":
                return self._summary(row)
            case "depends":
                return DependsBlock(self.app, self.console, row).body()
            case "fields":
                return self._fields(row)
            case _:
                return self._history(row)

    # Summary

    def _summary(self, row: CertificateRow) -> Table:
        certificate = row.certificate
        standing = styled(self.app, (status_text(row.status), STATUS_TONES[row.status]), f"   {days_text(row.days)}")
        lasts = (certificate.not_after - certificate.not_before).days
        share = f"  {max(0, row.days):,} of {lasts:,}"
        width = max(8, min(36, self.size.width - len(share) - 18))
        bar = days_bar(self.app, row, width).append(share, style_of(self.app, Tone.DIM))
        dim = style_of(self.app, Tone.DIM)
        pairs: list[tuple[str, Value]] = [
            ("Status", standing),
            ("Days left", bar),
            ("Expires", moment(certificate.not_after)),
            ("Use as", USES[certificate.use_as] + (", CA certificate" if certificate.is_ca else "")),
            ("Description", row.description or Text(keyed("none; {edit} describes it"), dim)),
        ]
        if (topic := certificate.topic) is not None:
            pairs.append(("Topic", printable(topic)))
        if certificate.replaced_by is not None:
            pairs.append(("Replaced by", self._named(certificate.replaced_by)))
        pairs += owner_pairs(self.app, self.console.workspace, f"certificate:{certificate.id}")
        pairs += DependsBlock(self.app, self.console, row).pairs()
        if endpoints := self.console.workspace.endpoints.of_certificate(row.id):
            pairs.append(("Endpoints", endpoint_lines(self.app, endpoints)))
        pairs += [
            ("Names", "\n".join(map(san_text, certificate.sans)) or Text("none", dim)),
            ("Subject", name_text(certificate.subject)),
            ("Issuer", self._issuer(row)),
            ("Key", key_of(certificate)),
            ("Private key", "kept, encrypted" if certificate.has_private_key else Text("not here", dim)),
            ("Password", keyed("kept; {password} shows it") if certificate.has_password else Text("none kept", dim)),
            ("Imported", f"{minute(certificate.imported_at)} by {printable(certificate.imported_by)}"),
        ]
        return fields(self.app, pairs)

    def _issuer(self, row: CertificateRow) -> Value:
        certificate = row.certificate
        if is_root(certificate):
            return "itself, a root"
        if certificate.issuer_id is not None:
            return self._named(certificate.issuer_id)
        text = Text(f"{name_text(certificate.issuer)} ")
        return text.append("(not in the inventory)", style_of(self.app, Tone.CRITICAL))

    def _named(self, id: int) -> str:
        row = self.console.certificates.rows.get(id)
        return f"#{id}" if row is None else f"#{id} {row.name}"

    # The other tabs

    def _show_chain(self, row: CertificateRow) -> None:
        rows = self.console.certificates.rows
        inventory = self.console.workspace.inventory
        chain = [rows[entry.id] for entry in inventory.chain(row.id) if entry.id in rows]
        issued = [rows[entry.id] for entry in inventory.issued(row.id) if entry.id in rows and entry.id != row.id]
        top = chain[-1].certificate
        missing = None if is_root(top) else name_text(top.issuer)
        self.query_one(ChainTree).show(chain, issued, missing)
        self.query_one("#chain-verdict", Static).update(self._verdict(row))

    def _verdict(self, row: CertificateRow) -> Text:
        found = self.console.workspace.verdicts.of([row.id])[0]
        tone = TONES[VERDICT_STYLES[found.verdict]]
        text = styled(self.app, (verdict_text(found.verdict), tone), (f"  {judged_text(found)}", Tone.DIM))
        for reason in reasons(found):
            text.append(f"\n  {reason}")
        return text

    @on(Tree.NodeSelected, "#chain-tree")
    def _node_selected(self, event: Tree.NodeSelected[int]) -> None:
        event.stop()
        if event.node.data is not None and (self.row is None or event.node.data != self.row.id):
            self.post_message(self.Followed(event.node.data))

    def _fields(self, row: CertificateRow) -> Table:
        c = row.certificate
        size = "" if c.path_length is None else f", path length {c.path_length}"
        pairs = [
            ("Subject", name_text(c.subject)),
            ("Issuer", name_text(c.issuer)),
            ("Version", str(c.version)),
            ("Serial number", c.serial_number),
            ("Valid from", moment(c.not_before)),
            ("Valid until", moment(c.not_after)),
            ("Names", "\n".join(map(san_text, c.sans))),
            ("Key", key_of(c)),
            ("Signature", oid_name(c.signature_algorithm)),
            ("CA", f"yes{size}" if c.is_ca else "no"),
            ("Key usage", ", ".join(c.key_usage)),
            ("Extended", purposes_text(c)),
            ("SHA-256", hexadecimal(c.fingerprint_sha256)),
            ("SPKI SHA-256", hexadecimal(c.public_key_sha256)),
            ("Subject key", hexadecimal(c.subject_key_id or "")),
            ("Authority key", hexadecimal(c.authority_key_id or "")),
            ("Use as", USES[c.use_as]),
            ("Description", c.description),
            ("Source", c.source),
            ("Alias", c.alias or ""),
            ("Imported", f"{moment(c.imported_at)} by {c.imported_by}"),
        ]
        shown: list[tuple[str, Value]] = [
            (name, "\n".join(printable(line) for line in value.split("\n")) or "–") for name, value in pairs
        ]
        return fields(self.app, shown)

    def _history(self, row: CertificateRow) -> Text:
        lines = self.console.workspace.audit.about(f"certificate:{row.id}")
        text = Text()
        for line in lines:
            who = printable(line.user) + (f" from {printable(line.origin)}" if line.origin else "")
            text.append(f"{minute(line.at)}  {who}\n", style_of(self.app, Tone.DIM))
            text.append(f"  {printable(line.summary)}\n")
        return text if lines else Text("No line about it in the audit trail.", style_of(self.app, Tone.DIM))
