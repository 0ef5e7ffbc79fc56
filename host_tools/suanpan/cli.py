# SPDX-License-Identifier: MIT
"""The `suanpan` command. Groups are imported only when called, so `--help` stays fast."""

import importlib

import rich_click as click

GROUPS = {
    "firmware": ("suanpan.firmware.commands:firmware", "Build the font and the ROM image."),
    "host": ("suanpan.host.commands:host", "Receive, keep and show transactions."),
    "runtime": ("suanpan.runtime.commands:runtime", "Python runtimes that the terminal runs on."),
    "sim": ("suanpan.simulator.commands:sim", "Simulated terminal: scenarios, cards, front panel."),
}


class LazyGroup(click.RichGroup):
    """Group whose subcommands are imported on first use."""

    def list_commands(self, ctx):
        return sorted(GROUPS)

    def get_command(self, ctx, name):
        if name not in GROUPS:
            return None
        module, attribute = GROUPS[name][0].split(":")
        return getattr(importlib.import_module(module), attribute)


@click.group(cls=LazyGroup, context_settings={"help_option_names": ["-h", "--help"]})
def main() -> None:
    """Suanpan payment terminal: simulate, receive and show transactions."""
