# SPDX-License-Identifier: MIT
"""Options that several `suanpan host` commands share."""

import click

db_option = click.option(
    "--db",
    envvar="SUANPAN_DB",
    metavar="URL",
    help="sqlite:///PATH or postgresql+psycopg://… (default: a file of yours).",
)

keys_option = click.option(
    "--keys",
    envvar="SUANPAN_KEYS",
    metavar="WHERE",
    help="Key service: file:PATH or pkcs11:token=LABEL?pin-source=file:PATH (default: a file of yours).",
)
