"""python -m kpi_sql.mcp --data DIR"""

from __future__ import annotations

import argparse
import sys

from ..errors import Error
from . import server


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m kpi_sql.mcp", description="KPIs and the tables of one folder, for assistants (MCP over stdio).")
    parser.add_argument("--data", required=True, metavar="DIR", help="the folder whose tables can be read, and nothing else")
    args = parser.parse_args()
    try:
        made = server(args.data)
    except (Error, ImportError) as error:
        print(f"error: {error}", file=sys.stderr)
        return 2
    made.run("stdio")
    return 0


if __name__ == "__main__":
    sys.exit(main())
