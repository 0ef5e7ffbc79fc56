# SPDX-License-Identifier: MIT
"""Device side: codec.py WHAT ROUNDS [PEERS-FOLDER]. Runs one way of encoding or decoding sale records ROUNDS times.

Prints {"us": per round, "allocated": bytes per round}. WHAT: encode, decode, decode-new (every text new),
decode-same (none), generic-encode, generic-decode, peer-encode, peer-decode, nothing.
"""

import json
import sys

from rounds import allocated, allocates_nothing, us

from pos.codec import cbor, records
from pos.compat import MICROPYTHON

SALES = 16


def sale(number, every=False):
    """Values of a sale: numbers and card change with each, the issuer with every third, the operator with every eighth.

    `every`: each text too, which no terminal sees.
    """
    texts = ["CNY", f"{number // 8:02d}", "S", ("UNIONPAY", "VISA", "MASTERCARD")[number // 3 % 3]]
    if every:
        texts = [f"{number:03d}", f"{number:04d}", chr(48 + number), f"ISSUER{number:04d}"]
    texts.append(f"622848******{number:04d}")
    counters = [654321 + number, 17, 1234 + number, 123456 + number]
    card = bytes(range(number, number + records.CARD_SIZE))
    return [2, 1, 123456 + number, 1700000000 + 60 * number] + counters + texts + [741, card]


def work(what):
    """A function of the number of a round."""
    schema, target = records.SALE, bytearray(512)
    sales = [sale(number, what.endswith("new")) for number in range(SALES)]
    encoded = [schema.pack(values) for values in sales]
    if what == "nothing":
        return lambda at: sales[at]
    if what == "encode":
        return lambda at: schema.pack_into(target, 0, sales[at])
    if what in ("decode", "decode-new"):
        return lambda at: schema.unpack_from(encoded[at], 0)
    if what == "decode-same":
        return lambda at: schema.unpack_from(encoded[0], 0)
    if what == "generic-encode":
        return lambda at: cbor.dumps(sales[at])
    if what == "generic-decode":
        return lambda at: cbor.loads(encoded[at])
    import cbor2

    if what == "peer-encode":
        return lambda at: cbor2.dumps(sales[at])
    return lambda at: cbor2.loads(encoded[at])


def main(what, rounds):
    job = work(what)
    nothing = allocates_nothing(job) if MICROPYTHON and what == "encode" else None
    print(json.dumps({"us": us(job, rounds, SALES), "allocated": 0 if nothing else allocated(job)}))


if len(sys.argv) > 3:
    sys.path.insert(0, sys.argv[3])
main(sys.argv[1], int(sys.argv[2]))
