# SPDX-License-Identifier: MIT
"""Certification authority public keys from configuration: hash-checked, with expiry (EMV Book 2 section 11.2).

One JSON object on each line of a file, so that no more than one key is in memory:
{"rid": "A000000333", "index": "01", "modulus": "…", "exponent": "03", "sha1": "…", "expires": "20301231"}
"""

import json
from binascii import unhexlify
from hashlib import sha1

from pos.crypto.compare import equal


def checked(row, today):
    """(modulus, exponent) of a row, or None: the hash is wrong or it expired before `today`, "YYYYMMDD"."""
    modulus, exponent = unhexlify(row["modulus"]), unhexlify(row["exponent"])
    digest = sha1(unhexlify(row["rid"]) + unhexlify(row["index"]) + modulus + exponent).digest()
    if not equal(digest, unhexlify(row["sha1"])) or row["expires"] < today:
        return None
    return modulus, int.from_bytes(exponent, "big")


class CaKeys:
    """Keys of the file `path`; a call with RID and index gives (modulus, exponent), or None."""

    def __init__(self, path, today):
        self._path, self._today = path, today

    def __call__(self, rid, index):
        try:
            with open(self._path) as lines:
                for line in lines:
                    row = json.loads(line)
                    if unhexlify(row["rid"]) == rid and int(row["index"], 16) == index:
                        return checked(row, self._today)
        except (OSError, ValueError, KeyError, TypeError):
            return None
        return None
