# SPDX-License-Identifier: MIT
"""The only file that branches on the runtime (MicroPython >= 1.24, CPython >= 3.11).

Everything that the two runtimes name or do differently is given one name here.
"""

import sys

MICROPYTHON = sys.implementation.name == "micropython"

if MICROPYTHON:
    from asyncio import ThreadSafeFlag, sleep_ms
    from binascii import crc32
    from os import urandom
    from time import sleep_us, ticks_add, ticks_diff, ticks_ms, ticks_us

    from cryptolib import aes as _aes
    from micropython import const

    def aes_ecb(key):
        """AES block context for ECB on whole blocks: `.encrypt(in, out)`; keeps its key schedule."""
        return _aes(key, 1)

    def durable(file):
        """Push what was written to `file` to the medium (the Unix port's flush calls fsync)."""
        file.flush()

    def nodelay(writer):
        """Switch Nagle off on an asyncio stream's socket (TCP_NODELAY, RFC 1122 4.2.3.4)."""
        nodelay_socket(writer.s)

    def nodelay_socket(sock):
        """Switch Nagle off on a plain socket."""
        sock.setsockopt(6, 1, 1)

    async def stream_reader(sock):
        """asyncio reader over a connected non-blocking socket; the socket stays free for sending."""
        from asyncio import StreamReader

        return StreamReader(sock)

    def mem_used():
        """Bytes of heap in use."""
        import gc

        return gc.mem_alloc()
else:
    import asyncio as _asyncio
    import os as _os
    import time as _time
    from binascii import crc32
    from os import urandom

    _TICKS_MASK = (1 << 30) - 1

    def const(value):
        return value

    def ticks_ms():
        return (_time.monotonic_ns() // 1_000_000) & _TICKS_MASK

    def ticks_us():
        return (_time.monotonic_ns() // 1_000) & _TICKS_MASK

    def ticks_add(ticks, delta):
        return (ticks + delta) & _TICKS_MASK

    def ticks_diff(end, start):
        half = (_TICKS_MASK + 1) >> 1
        return ((end - start + half) & _TICKS_MASK) - half

    def sleep_us(us):
        _time.sleep(us / 1_000_000)

    async def sleep_ms(ms):
        await _asyncio.sleep(ms / 1000)

    ThreadSafeFlag = _asyncio.Event

    class _Ecb:
        def __init__(self, key):
            from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes

            self._context = Cipher(algorithms.AES(bytes(key)), modes.ECB()).encryptor()

        def encrypt(self, data, out=None):
            result = self._context.update(bytes(data))
            if out is None:
                return result
            out[:] = result
            return out

    def aes_ecb(key):
        """AES block context for ECB on whole blocks: `.encrypt(in, out)`; keeps its key schedule."""
        return _Ecb(key)

    def durable(file):
        """Push what was written to `file` to the medium."""
        file.flush()
        _os.fsync(file.fileno())

    def nodelay(writer):
        """Switch Nagle off on an asyncio stream's socket (TCP_NODELAY, RFC 1122 4.2.3.4)."""
        import socket

        writer.get_extra_info("socket").setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)

    def nodelay_socket(sock):
        """Switch Nagle off on a plain socket."""
        sock.setsockopt(6, 1, 1)

    async def stream_reader(sock):
        """asyncio reader over a connected non-blocking socket; the socket stays free for sending."""
        reader, writer = await _asyncio.open_connection(sock=sock)
        reader.writer = writer  # type: ignore[attr-defined]  # the transport lives as long as the reader
        return reader

    def mem_used():
        """Bytes of heap in use; CPython does not tell, so 0."""
        return 0


__all__ = (
    "MICROPYTHON",
    "ThreadSafeFlag",
    "aes_ecb",
    "const",
    "crc32",
    "durable",
    "mem_used",
    "nodelay",
    "nodelay_socket",
    "sleep_ms",
    "sleep_us",
    "stream_reader",
    "ticks_add",
    "ticks_diff",
    "ticks_ms",
    "ticks_us",
    "urandom",
)
