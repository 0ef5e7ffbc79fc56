# SPDX-License-Identifier: MIT
"""Verification of Ed25519 signatures (RFC 8032, section 5.1.7), without the cofactor: [S]B - [k]A must be R.

Points are (X, Y, Z, T) with x = X/Z, y = Y/Z, xy = T/Z (section 5.1.4). Nothing here is secret, so nothing is
constant in time.
"""

try:
    from hashlib import sha512  # type: ignore[attr-defined]  # not in the stubs
except ImportError:
    from pos.crypto.sha512 import sha512

_P = (1 << 255) - 19
_L = (1 << 252) + int("27742317777372353535851937790883648493")  # order of the base point
_D = -121665 * pow(121666, _P - 2, _P) % _P
_D2 = 2 * _D % _P
_ROOT = pow(2, (_P - 1) // 4, _P)  # of -1
_NEUTRAL = (0, 1, 1, 0)


def _add(one, other):
    a = (one[1] - one[0]) * (other[1] - other[0]) % _P
    b = (one[1] + one[0]) * (other[1] + other[0]) % _P
    c = one[3] * other[3] % _P * _D2 % _P
    d = 2 * one[2] * other[2] % _P
    e, f, g, h = b - a, d - c, d + c, b + a
    return e * f % _P, g * h % _P, f * g % _P, e * h % _P


def _double(point):
    x, y, z, _ = point
    a, b = x * x % _P, y * y % _P
    h = a + b
    e = h - (x + y) * (x + y) % _P
    g = a - b
    f = 2 * z * z % _P + g
    return e * f % _P, g * h % _P, f * g % _P, e * h % _P


def _x(y, sign):
    """The x that belongs to a y, section 5.1.3; None when there is none."""
    u, v = y * y - 1, _D * y * y + 1
    x = u * pow(v, 3, _P) * pow(u * pow(v, 7, _P) % _P, (_P - 5) // 8, _P) % _P
    square = v * x * x % _P
    if square == -u % _P:
        x = x * _ROOT % _P
    elif square != u % _P:
        return None
    if not x and sign:
        return None
    return _P - x if x & 1 != sign else x


def _point(encoded):
    """The point of 32 bytes; None when they are none, or are not its canonical form."""
    y = int.from_bytes(encoded, "little")
    sign, y = y >> 255, y & ((1 << 255) - 1)
    x = _x(y, sign) if y < _P else None
    return None if x is None else (x, y, 1, x * y % _P)


def _encoded(point):
    inverse = pow(point[2], _P - 2, _P)
    x, y = point[0] * inverse % _P, point[1] * inverse % _P
    return (y | (x & 1) << 255).to_bytes(32, "little")


_BASE = _point(b"\x58" + b"\x66" * 31)  # y = 4/5


def _sum(s, k, a):
    """[s]B + [k]a, two bits of both at a time (Straus); yields None between its steps, then the point."""
    table = [_NEUTRAL]
    for i in range(1, 16):
        table.append(_add(table[i - 1], a) if i & 3 else _add(table[i - 4], _BASE))
        yield None
    total = _NEUTRAL
    for shift in range(252, -1, -2):
        total = _double(_double(total))
        digit = (s >> shift & 3) << 2 | k >> shift & 3
        if digit:
            total = _add(total, table[digit])
        yield None
    yield total


def _small_order(point):
    """Is eight times the point the neutral element?"""
    for _ in range(3):
        point = _double(point)
    return not point[0] and point[1] == point[2]


def _hashed(*parts):
    digest = sha512()
    for part in parts:
        digest.update(part)
    return int.from_bytes(digest.digest(), "little") % _L


def steps(public_key, signature, message):
    """`verify` for an event loop: yields None about 140 times, then the verdict; the loop runs in between."""
    if len(public_key) != 32 or len(signature) != 64:
        yield False
        return
    key, r, s = bytes(public_key), bytes(signature[:32]), int.from_bytes(bytes(signature[32:]), "little")
    a = _point(key)
    if a is None or s >= _L or _small_order(a):
        yield False
        return
    yield None
    minus_a = (_P - a[0], a[1], 1, _P - a[3])
    for total in _sum(s, _hashed(r, key, message), minus_a):
        yield None if total is None else _encoded(total) == r


def verify(public_key, signature, message):
    """Did the owner of `public_key` (32 bytes) sign `message`? A key of small order signs nothing."""
    return list(steps(public_key, signature, message))[-1]
