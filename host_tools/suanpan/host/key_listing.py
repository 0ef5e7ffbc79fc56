# SPDX-License-Identifier: MIT
"""What `suanpan host keys` does; loaded only when it runs, so that `--help` stays fast."""

import re
from collections.abc import Iterator
from contextlib import contextmanager

from suanpan.errors import USAGE, Failure
from suanpan.host.keys import KeyService, base_label, open_service
from suanpan.host.show import table
from suanpan.output import emit, say
from suanpan.provision.components import base_key, check_value


def show(where: str | None, as_json: bool) -> None:
    """Labels and check values, never a key."""
    with _service(where) as service:
        rows = service.listed()
    if as_json:
        emit({"service": service.name, "keys": rows}, "suanpan.host.keys/1")
    else:
        table("keys", rows, ("label", "bits", "kcv", "leaves"))


def add(
    where: str | None,
    base_id: str,
    components: tuple[str, ...],
    kcv: str | None,
    as_json: bool,
    dry_run: bool,
) -> None:
    """Bring in a base derivation key of two persons' components."""
    if not re.fullmatch("[0-9A-Fa-f]{8}", base_id):
        raise Failure(
            "the id of a base key is 8 hexadecimal digits",
            "give those that its initial key ids begin with",
            USAGE,
        )
    key = base_key(components, kcv)
    with _service(where) as service:
        if not dry_run:
            service.put_base(bytes.fromhex(base_id), key)
    facts = {"label": base_label(bytes.fromhex(base_id)), "kcv": check_value(key), "added": not dry_run}
    if as_json:
        emit({"service": service.name, **facts}, "suanpan.host.keys.add/1")
    else:
        say(f"{'Would add' if dry_run else 'Added'} {facts['label']}, check value {facts['kcv']}.")


@contextmanager
def _service(where: str | None) -> Iterator[KeyService]:
    service = open_service(where)
    try:
        yield service
    finally:
        service.close()
