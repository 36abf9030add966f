"""KPIs and the tables of one folder for assistants, by the Model Context Protocol.

    python -m kpi_sql.mcp --data exports

`server` makes the server; `_folder` is what it has tables of, `_desk` answers within limits. Needs the extra `mcp`.
"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any

from .._sources import need
from ._desk import ROWS, SECONDS, Desk

if TYPE_CHECKING:
    from mcp.server.mcpserver import MCPServer

__all__ = ["server"]

INSTRUCTIONS = f"""\
KPIs of cross-selling, upselling and customer value over the tables of one folder.
Look for a KPI by find_kpis, and read its page by describe_kpi before you call it: names mean several things, and the page says
which arguments lead to which reading. list_tables and describe_table say what there is.
query runs one SELECT: {ROWS} rows at most, within {SECONDS} seconds.
Repeat the units and the notes of an answer to the person who asked: notes say what was assumed of the data and which rows were
left out. KPIs do not add up: ask for a total with GROUP BY ROLLUP instead of adding or averaging rows.
"""


def server(data: str | os.PathLike[str]) -> MCPServer[Any]:
    """A server with the tables of the folder `data`, which writes nothing and opens no other file.

    Raises SettingError where there is no such folder.
    """
    need("mcp", "kpi_sql.mcp is a server made with it", "mcp")
    from mcp.server.mcpserver import MCPServer
    from mcp.server.mcpserver.exceptions import ToolError
    from mcp.types import ToolAnnotations

    from .. import __version__
    from ..errors import Error

    desk = Desk(data)
    made: MCPServer[Any] = MCPServer("kpi-sql", instructions=INSTRUCTIONS, version=__version__, log_level="WARNING")
    reads = ToolAnnotations(read_only_hint=True, open_world_hint=False)

    def told(answer: Any, *args: Any) -> dict[str, Any]:
        """What cannot be answered is for the assistant to read."""
        try:
            return dict(answer(*args))
        except (Error, TimeoutError) as error:
            raise ToolError(str(error)) from error

    @made.tool(annotations=reads)
    def find_kpis(words: str = "") -> dict[str, Any]:
        """KPIs whose name, other names or meaning have all of these words; all KPIs without any."""
        return told(desk.find_kpis, words)

    @made.tool(annotations=reads)
    def describe_kpi(name: str) -> dict[str, Any]:
        """Everything about a KPI: arguments, formula in words and SQL, unit, benchmarks, how it treats NULL, examples."""
        return told(desk.describe_kpi, name)

    @made.tool(annotations=reads)
    def list_tables() -> dict[str, Any]:
        """The tables that a query can name in FROM."""
        return told(desk.list_tables)

    @made.tool(annotations=reads)
    def describe_table(name: str) -> dict[str, Any]:
        """The columns of a table with their types, its number of rows, and its first rows."""
        return told(desk.describe_table, name)

    @made.tool(annotations=reads)
    def query(sql: str) -> dict[str, Any]:
        """Runs one SELECT over the tables of list_tables, with the functions of find_kpis.

        Answers with columns and their units, rows, whether there were more, and notes about the data.
        """
        return told(desk.query, sql)

    return made
