"""Results as HTML tables, with each KPI in its unit."""

from __future__ import annotations

import html
from typing import TYPE_CHECKING

from ._result import SHOWN

if TYPE_CHECKING:
    from ._result import Result

#: What is shown for NULL.
NOTHING = "–"

_NUMBERS = ("Int", "UInt", "Float", "Decimal")
_STYLE = "text-align: right; font-variant-numeric: tabular-nums"


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
        for text, is_right in zip(row, right):
            style = f' style="{_STYLE}"' if is_right else ' style="text-align: left"'
            cells.append(f"<td{style}>{html.escape(NOTHING if text is None else text)}</td>")
        lines.append(f"<tr>{''.join(cells)}</tr>")
    lines.append("</tbody></table>")
    count = len(result)
    note = f"{rows:,} of {count:,} rows" if count > rows else f"{count:,} row{'' if count == 1 else 's'}"
    lines.append(f"<p><small>{note}</small></p>")
    return "\n".join(lines)
