"""Results as HTML tables, with each KPI in its unit."""

from __future__ import annotations

import html
from typing import TYPE_CHECKING

from ._result import SHOWN

if TYPE_CHECKING:
    from ._result import Column, Result

#: What is shown for NULL.
NOTHING = "–"

_NUMBERS = ("Int", "UInt", "Float", "Decimal")
_STYLE = "text-align: right; font-variant-numeric: tabular-nums"


def shown(text: str | None, column: Column) -> str:
    """A value of a column as a person reads it. `text` is what the engine prints, None is NULL."""
    if text is None:
        return NOTHING
    if column.unit is None or column.unit == "mix":
        return text
    try:
        number = float(text)
    except ValueError:
        return text
    if column.unit == "percent":
        return f"{number:.1f} %"
    if column.unit == "points":
        return f"{number:+.1f}"
    if column.unit == "days":
        return f"{number:,.1f} days"
    if column.unit == "years":
        return f"{number:.2f} years"
    if column.unit == "money":
        return f"{number:,.2f}"
    return f"{number:,.2f}".rstrip("0").rstrip(".")


def table(result: Result, rows: int = SHOWN) -> str:
    """The first rows of a result as an HTML table."""
    columns = result.schema
    if not columns:
        return "<p>(no result)</p>"
    right = [column.unit not in (None, "mix") or column.type.startswith(_NUMBERS) for column in columns]
    lines = ['<table class="kpi-sql">', "<thead><tr>"]
    for column, is_right in zip(columns, right):
        title = f' title="{html.escape(column.kpi)}: {column.unit}"' if column.kpi else ""
        style = f' style="{_STYLE}"' if is_right else ""
        lines.append(f"<th{title}{style}>{html.escape(column.name)}</th>")
    lines.append("</tr></thead>\n<tbody>")
    for row in result._collected().cells(rows):
        cells = []
        for text, column, is_right in zip(row, columns, right):
            style = f' style="{_STYLE}"' if is_right else ' style="text-align: left"'
            cells.append(f"<td{style}>{html.escape(shown(text, column))}</td>")
        lines.append(f"<tr>{''.join(cells)}</tr>")
    lines.append("</tbody></table>")
    count = len(result)
    note = f"{rows:,} of {count:,} rows" if count > rows else f"{count:,} row{'' if count == 1 else 's'}"
    lines.append(f"<p><small>{note}</small></p>")
    return "\n".join(lines)
