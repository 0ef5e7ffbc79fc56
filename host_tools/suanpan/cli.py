# SPDX-License-Identifier: MIT
"""The `suanpan` command. Groups are imported only when called, so `--help` stays fast."""

import errno
import importlib
import sys
from collections.abc import Callable
from typing import Any, NoReturn

import click

from suanpan.errors import INTERRUPTED, Failure

GROUPS = {
    "conformance": (
        "suanpan.conformance.commands:conformance",
        "Try out whether a broker does what is relied on.",
    ),
    "firmware": (
        "suanpan.firmware.commands:firmware",
        "What is built for a terminal: font, ROM image, file lists.",
    ),
    "host": ("suanpan.host.commands:host", "Receive, keep and show transactions."),
    "journal": ("suanpan.journal.commands:journal", "Read a terminal's journal image: verify, find, export."),
    "provision": ("suanpan.provision.commands:provision", "Give a terminal its keys, from two persons."),
    "runtime": ("suanpan.runtime.commands:runtime", "Python runtimes that the terminal runs on."),
    "sim": ("suanpan.simulator.commands:sim", "Simulated terminal: scenarios, cards, front panel."),
}
# Trouble of the machine, which any write may meet: nobody nearer to it can do anything about it.
STORAGE = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG, errno.EROFS, errno.EACCES, errno.EPERM, errno.EIO)
REPAIR = "make room or name a folder that you may write to, then repeat"


class LazyGroup(click.Group):
    """Group whose subcommands are imported on first use and listed without importing them."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return sorted(GROUPS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in GROUPS:
            return None
        module, attribute = GROUPS[cmd_name][0].split(":")
        return getattr(importlib.import_module(module), attribute)

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        with formatter.section("Commands"):
            formatter.write_dl([(name, GROUPS[name][1]) for name in self.list_commands(ctx)])

    def main(self, *args, **kwargs):
        """As click's, except that Ctrl-C ends with 130 as a shell expects."""
        run: Callable[..., Any] = super().main
        if not kwargs.pop("standalone_mode", True):
            return run(*args, standalone_mode=False, **kwargs)
        try:
            status = run(*args, standalone_mode=False, **kwargs)
        except (KeyboardInterrupt, click.Abort):
            sys.exit(INTERRUPTED)
        except click.ClickException as error:
            end(error)
        except OSError as error:
            if error.errno not in STORAGE:
                raise
            end(Failure(f"{error.filename2 or error.filename or 'a file'}: {error.strerror}", REPAIR))
        sys.exit(status if isinstance(status, int) else 0)


def end(error: click.ClickException) -> NoReturn:
    error.show()
    sys.exit(error.exit_code)


@click.group(cls=LazyGroup, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="suanpan")
def main() -> None:
    """Suanpan payment terminal: simulate, receive and show transactions."""


if __name__ == "__main__":
    main(prog_name="suanpan")
