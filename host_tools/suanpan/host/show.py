# SPDX-License-Identifier: MIT
"""Rows as a table for a person; amounts in major units. What terminals sent is never taken as markup."""

from rich.console import Console, JustifyMethod
from rich.table import Table
from rich.text import Text

_MONEY = ("amount", "fee")
_WHOLE = ("case", "case_id")  # a person copies it


def table(name: str, rows: list[dict], columns: tuple[str, ...]) -> None:
    """Print `rows` on stdout, or say that there are none."""
    console = Console()
    if not rows:
        console.print(f"no {name}")
        return
    grid = Table(title=name, title_justify="left", box=None, pad_edge=False, padding=(0, 1, 0, 0))
    for column in columns:
        side: JustifyMethod = "right" if column in _MONEY else "left"
        grid.add_column(column.replace("_", " "), justify=side, overflow="fold", no_wrap=column in _WHOLE)
    for row in rows:
        grid.add_row(*(_cell(column, row[column]) for column in columns))
    console.print(grid)


def _cell(column: str, value: object) -> Text:
    if column in _MONEY and isinstance(value, int):
        return Text(f"{value // 100}.{value % 100:02}")
    if column.endswith("_at") and isinstance(value, str):
        return Text(value.replace("T", " ").removesuffix("Z"))
    if isinstance(value, bool):
        return Text("yes" if value else "")
    return Text("".join(c if c.isprintable() else "?" for c in str("" if value is None else value)))
