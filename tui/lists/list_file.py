"""Writing a list as it is shown to a file: its records, columns and order."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any

from ...store.text_tables import Value, csv_text, json_text, markdown_table
from ...store.words import plural
from ..dialogs.choice_fields import TickField
from ..dialogs.form_fields import Note
from ..dialogs.save_dialog import FileFormat, SaveDialog
from ..shell.keys.keys import keyed
from .arrangement import Order
from .columns import Column
from .line_painter import R
from .list_commands import LIST_COMMANDS

AT_ONCE = 500  # records
_OTHERS = "In the list, {columns} chooses others."


def list_text(form: str, columns: Sequence[Column[R]], records: Iterable[R]) -> str:
    """The list as ``csv``, ``json`` or ``markdown``. In JSON, the fields are the columns' names."""
    if form == "markdown":
        titles = [column.called for column in columns]
        rows = [[_text(column.exported(record)) for column in columns] for record in records]
        return markdown_table(titles, rows, right={column.called for column in columns if column.right})
    rows_of_values = [[column.exported(record) for column in columns] for record in records]
    if form == "json":
        return json_text([column.name for column in columns], rows_of_values)
    return csv_text([column.called for column in columns], rows_of_values)


def save_list_dialog(
    name: str,
    columns: Sequence[Column[Any]],
    records: Sequence[Any],
    selected: Sequence[Any],
    before: Callable[[Sequence[Any]], object] | None = None,
    *,
    filter: str = "",
    order: Order = (),
) -> SaveDialog:
    """Asks for the form and the file. ``name`` is the list's; ``selected`` are the selected records, if there are;
    ``before`` gets what is needed to write some records. They match the ``filter``, in this ``order``."""
    formats: Mapping[Any, FileFormat] = {
        "csv": FileFormat("CSV, for a spreadsheet", f"{name}.csv"),
        "json": FileFormat("JSON, for programs", f"{name}.json"),
        "markdown": FileFormat("Markdown, for people", f"{name}.md"),
    }

    def contents(format: str, selected_only: bool = False) -> bytes:
        return list_text(format, columns, _in_turn(selected if selected_only else records, before)).encode()

    names, listing = [column.name for column in columns], LIST_COMMANDS.get(name)

    def command(format: str, selected_only: bool = False) -> Sequence[object] | None:
        if listing is None or selected_only:
            return None  # no command lists records one by one
        return listing.line(format, names, order, filter, len(records))

    titles = ", ".join(column.called for column in columns)
    only = f"only the {len(selected):,} selected"
    dialog = SaveDialog(
        f"Write {plural(len(records), 'line')} to a file",
        formats,
        contents,
        says=[Note(f"The lines that are shown, in their order, with the columns {titles}. {keyed(_OTHERS)}")],
        fields=[TickField("selected_only", only, bool(selected), label="Lines")] if selected else [],
        confirm_label="Write",
        told="Written to {}".format,
        command=command,
        prints=True,
    )
    if listing is not None:
        lacking = set(listing.lacks(names))
        without = ", ".join(column.called for column in columns if column.name in lacking)
        said = [f"without {without}"] if without else []
        dialog.command_lacks = ", ".join([*said, *([] if listing.sorts_by(order) else ["in another order"])])
    return dialog


def _in_turn(records: Sequence[R], before: Callable[[Sequence[R]], object] | None) -> Iterator[R]:
    for start in range(0, len(records), AT_ONCE):
        some = records[start : start + AT_ONCE]
        if before is not None:
            before(some)
        yield from some


def _text(value: Value) -> str:
    return (
        "" if value is None else f"{value:,}" if isinstance(value, int) and not isinstance(value, bool) else str(value)
    )
