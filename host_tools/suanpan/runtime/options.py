# SPDX-License-Identifier: MIT
"""How a command is told on which runtime and with how much memory; light, so that `--help` stays fast."""

import re

import click

NAMES = ("cpython", "micropython", "micropython32")
RUNTIME = click.Choice(NAMES)


class HeapSize(click.ParamType):
    """As MicroPython's `-X heapsize=` takes it: bytes, or with k or m behind the number."""

    name = "size"

    def convert(self, value: str, param: click.Parameter | None, ctx: click.Context | None) -> str:
        if not re.fullmatch(r"[1-9][0-9]{0,8}[kKmM]?", value):
            self.fail(f"{value!r} is no heap size; give for example 128k or 2m", param, ctx)
        return value


heap_option = click.option(
    "--heap", type=HeapSize(), metavar="SIZE", help="Heap of MicroPython, for example 128k."
)
