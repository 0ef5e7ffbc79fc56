# SPDX-License-Identifier: MIT
"""The one way a command fails: what happened, the next step, an exit code; never a traceback.

Exit codes are part of the interface that scripts rely on; the table is in docs/runtimes.md.
"""

import click

FAILED = 1
USAGE = 2
NO_DEVICE = 3
PORT = 4
CONNECTION = 5
VERIFICATION = 6
DEVICE_ERROR = 7
PARTLY = 8
TIMEOUT = 42
INTERRUPTED = 130


class Failure(click.ClickException):
    """Raised where a command cannot go on; the command line prints it and ends with `exit_code`."""

    def __init__(self, message: str, next_step: str = "", exit_code: int = FAILED) -> None:
        super().__init__(message)
        self.next_step = next_step
        vars(self)["exit_code"] = exit_code  # click declares it for the class

    def __str__(self) -> str:
        return f"{self.message}\nNext: {self.next_step}" if self.next_step else self.message

    def format_message(self) -> str:
        return str(self)

    def show(self, file=None) -> None:
        click.echo(f"suanpan: {self}", file=file, err=file is None)
