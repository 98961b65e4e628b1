"""The details of an endpoint: its addresses, the chains as they were sent, and the notes."""

from __future__ import annotations

from collections.abc import Sequence

from rich.table import Table
from rich.text import Text
from textual.app import App

from ...store.model.endpoint_verdict import AddressVerdict, EndpointVerdict
from ...store.printable import printable
from ...store.views.endpoint import (
    VERDICT_STYLES,
    VERDICT_SYMBOLS,
    endpoint_title,
    link_text,
    need_text,
    note_text,
    verdict_style,
    verdict_text,
)
from ...store.words import day, minute
from ..components.fields import Value, fields
from ..components.text_styles import TONES, Tone, style_of, styled
from ..lists.details_pane import Details
from ..shell.keys.keys import keyed
from .rows import EndpointRow


def endpoint_details(app: App[object], row: EndpointRow) -> Details:
    """The title ``#3 gateway.example.com:443``, and all fields."""
    return Details(styled(app, (endpoint_title(row.verdict.endpoint), Tone.STRONG)), endpoint_fields(app, row.verdict))


def endpoint_fields(app: App[object], verdict: EndpointVerdict) -> Table:
    """The fields of an endpoint."""
    endpoint, reading = verdict.endpoint, verdict.reading
    checked = keyed("never; {again} checks it") if reading is None else f"{minute(reading.checked_at)} UTC"
    pairs: list[tuple[str, Value]] = [
        ("Serves", styled(app, (verdict_text(verdict), TONES[verdict_style(verdict)]), f"   {checked}")),
    ]
    if verdict.notes:
        notes = (f"{note_text(note, verdict)}." for note in verdict.notes)
        pairs.append(("Notes", Text("\n".join(notes), style_of(app, Tone.EXPIRING))))
    pairs.append(("For", need_text(endpoint)))
    pairs += [(one.reading.address or "No address", _address(app, one)) for one in verdict.addresses]
    if endpoint.starttls is not None:
        pairs.append(("STARTTLS", endpoint.starttls.value))
    if endpoint.description:
        pairs.append(("Description", printable(endpoint.description)))
    pairs.append(("Added", f"{minute(endpoint.added_at)} by {printable(endpoint.added_by)}"))
    return fields(app, pairs)


def _address(app: App[object], one: AddressVerdict) -> Text:
    state = f"{VERDICT_SYMBOLS[one.verdict]} {one.verdict}"
    version = f"   {one.reading.tls_version}" if one.reading.tls_version else ""
    text = styled(app, (state, TONES[VERDICT_STYLES[one.verdict]]), (version, Tone.DIM))
    for number, (link, id) in enumerate(zip(one.chain, one.chain_ids, strict=True), 1):
        text.append(f"\n{number}  {link_text(link, id)}, until {day(link.not_after)}")
    return text


def endpoint_lines(app: App[object], verdicts: Sequence[EndpointVerdict]) -> Text:
    """Endpoints in the details of something else, one a line: ``● served  #3 gateway.example.com:443``."""
    text = Text()
    for one in verdicts:
        text.append("\n" if text else "")
        text.append_text(styled(app, (verdict_text(one), TONES[verdict_style(one)])))
        text.append(f"  {endpoint_title(one.endpoint)}")
        for note in one.notes:
            text.append(f"\n  {note_text(note, one)}", style_of(app, Tone.DIM))
    return text
