# SPDX-License-Identifier: MIT
"""Every command of `suanpan`; run as a program, the top-level modules that it takes to print the help of all."""

import sys

import click
from click.testing import CliRunner


def every_command(group, words=()):
    """(words, command) of everything below `group` that can be called."""
    context = click.Context(group)
    for name in group.list_commands(context):
        command = group.get_command(context, name)
        inner = isinstance(command, click.Group)
        if not inner or command.invoke_without_command:
            yield (*words, name), command
        if inner:
            yield from every_command(command, (*words, name))


def help_of_all():
    from suanpan.cli import main

    for words, _command in every_command(main):
        assert CliRunner().invoke(main, [*words, "--help"]).exit_code == 0, words


if __name__ == "__main__":
    before = set(sys.modules)
    help_of_all()
    print(*{name.split(".")[0] for name in set(sys.modules) - before})
