# SPDX-License-Identifier: MIT
"""`suanpan provision component|keys|inject|parameters`: a terminal's keys, and its acquirer's parameters.

Each command loads its work only when it runs, so that `--help` stays fast.
"""

import click

from suanpan.output import dry_run_option, json_option, quiet_option

COMPONENTS = click.option(
    "--component",
    "components",
    multiple=True,
    metavar="FILE",
    help="One person's component of the base derivation key, at least twice; - asks for it, unseen.",
)
PROTECTION = click.option(
    "--protection",
    multiple=True,
    metavar="FILE",
    help="One person's component of the key block protection key, at least twice; - asks for it.",
)


@click.group()
def provision() -> None:
    """Give a terminal its keys and its acquirer's parameters."""


@provision.command()
@click.option(
    "--out", type=click.Path(dir_okay=False), required=True, help="File to write, for its owner alone."
)
@click.option("--bits", type=click.Choice(["128", "192", "256"]), default="128", show_default=True)
@dry_run_option
@json_option
@quiet_option
def component(out: str, bits: str, dry_run: bool, as_json: bool) -> None:
    """Make one person's component of a key; tells its check value, never the component."""
    from suanpan.provision import components

    components.make(out, int(bits), dry_run, as_json)


@provision.command()
@click.argument("terminal", metavar="ID")
@click.option("--key-id", metavar="HEX", required=True, help="Initial key id, 16 hexadecimal digits.")
@COMPONENTS
@PROTECTION
@click.option("--kcv", metavar="HEX", help="Check value that the whole base derivation key must have.")
@click.option("--out", type=click.Path(dir_okay=False), required=True, help="Key block (TR-31) to write.")
@click.option(
    "--audit", type=click.Path(dir_okay=False), help="Audit record to add to (default: beside the block)."
)
@click.option(
    "--by",
    "persons",
    multiple=True,
    metavar="NAME",
    required=True,
    help="Each person who brought a component.",
)
@click.option("--yes", is_flag=True, help="Replace the file if it is there.")
@dry_run_option
@json_option
@quiet_option
def keys(terminal: str, as_json: bool, **given) -> None:
    """Derive terminal ID's initial key (AES DUKPT) and wrap it in a key block; 6 when a check value is wrong."""
    from suanpan.provision import blocks

    blocks.wrap(terminal, as_json, **given)


@provision.command()
@click.argument("block", type=click.Path(exists=True, dir_okay=False))
@PROTECTION
@click.option(
    "--profile", type=click.Path(file_okay=False, exists=True), required=True, help="Profile of a terminal."
)
@dry_run_option
@json_option
@quiet_option
def inject(block: str, protection: tuple[str, ...], profile: str, dry_run: bool, as_json: bool) -> None:
    """Put the key of BLOCK into the key register of a terminal's profile; the terminal must not be running."""
    from suanpan.provision import injection

    injection.inject(block, protection, profile, dry_run, as_json)


@provision.command()
@click.argument("file", type=click.Path(exists=True, dir_okay=False))
@click.option("--profile", type=click.Path(file_okay=False, exists=True), help="Profile of a terminal.")
@dry_run_option
@json_option
@quiet_option
def parameters(file: str, profile: str | None, dry_run: bool, as_json: bool) -> None:
    """Check FILE, the card applications of an acquirer, and install it in a profile; 6 when a line is wrong."""
    from suanpan.provision import parameters

    parameters.provision(file, profile, dry_run, as_json)
