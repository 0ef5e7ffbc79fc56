# SPDX-License-Identifier: MIT
"""The only file that branches on the runtime (MicroPython >= 1.24, CPython >= 3.11).

Everything that the two runtimes name or do differently is given one name here.
"""

import sys

MICROPYTHON = sys.implementation.name == "micropython"


def nodelay_socket(sock):
    """Switch Nagle off on a plain socket (TCP_NODELAY, RFC 1122 4.2.3.4), by number: MicroPython names none."""
    sock.setsockopt(6, 1, 1)


if MICROPYTHON:
    import gc
    from asyncio import sleep_ms, wait_for_ms  # type: ignore[attr-defined]  # missing in the stubs
    from binascii import crc32
    from os import urandom
    from time import ticks_add, ticks_diff, ticks_ms, ticks_us

    from cryptolib import aes as _aes
    from micropython import const

    def aes_ecb(key):
        """AES block context for ECB on whole blocks: `.encrypt(in, out)`; keeps its key schedule."""
        return _aes(key, 1)

    def aes_cbc(key):
        """AES context for CBC from a zero vector: `.encrypt(in, out)`; goes on where the last call ended."""
        return _aes(key, 2, bytes(16))

    def aes_cbc_clear(key, vector, data):
        """`data` deciphered with AES in CBC."""
        return _aes(key, 2, vector).decrypt(data)

    _ROOMY = const(1 << 20)

    def durable(file):
        """Push what was written to `file` to the medium (the Unix port's flush calls fsync)."""
        file.flush()

    def read_into(reader, buf):
        """Awaitable: bytes received into `buf`; 0 at the end of the stream, None when woken for nothing."""
        return reader.readinto(buf)

    def hang_up(writer):
        """Close a stream's socket at once, whatever is still unsent."""
        writer.s.close()

    async def resolve(host, port):
        """Addresses of a host, as `dial` wants them; blocks the loop (the port has no other resolver)."""
        import socket

        return socket.getaddrinfo(host, port, 0, socket.SOCK_STREAM)

    async def _established(sock, address):
        from errno import EALREADY, EINPROGRESS

        while True:
            try:
                return sock.connect(address)
            except OSError as error:
                if error.errno not in (EINPROGRESS, EALREADY):
                    raise
            await sleep_ms(10)

    async def dial(address, tls=None, server_hostname=None):
        """Streams over a new TCP connection without Nagle; the TLS handshake runs with the first write."""
        import socket
        from asyncio import StreamReader

        sock = socket.socket(address[0])
        try:
            sock.setblocking(False)
            await _established(sock, address[-1])
            nodelay_socket(sock)
            if tls:
                sock = tls.wrap_socket(sock, server_hostname=server_hostname, do_handshake_on_connect=False)
        except BaseException:  # a cancelled dial must not leak its descriptor: sockets have no finaliser
            sock.close()
            raise
        stream = StreamReader(sock)
        return stream, stream

    def _read_file(path):
        with open(path, "rb") as file:
            return file.read()

    def tls_client(ca_file, cert_file=None, key_file=None):
        """TLS context that verifies the peer against `ca_file`; certificate and key for mutual TLS."""
        import tls

        context = tls.SSLContext(tls.PROTOCOL_TLS_CLIENT)
        context.verify_mode = tls.CERT_REQUIRED  # type: ignore[attr-defined] # the stubs lack it
        context.load_verify_locations(_read_file(ca_file))
        if cert_file:
            context.load_cert_chain(_read_file(cert_file), _read_file(key_file))
        return context

    async def stream_reader(sock):
        """asyncio reader over a connected non-blocking socket; the socket stays free for sending."""
        from asyncio import StreamReader

        return StreamReader(sock)

    # Without this, garbage fills the heap before the first collection, and what is to stay lands between it:
    # then there is memory, but nowhere 10 KB in a row for the interpreter's own tables. A larger heap has room.
    _HEAP = gc.mem_alloc() + gc.mem_free()
    gc.threshold(max(4096, _HEAP // 32))

    def let_go(*names):
        """Forget modules that are not needed for now; the next import reads them from the ROM image again.

        A large heap keeps them: there a collection and the imports cost an approval more than the room is worth.
        """
        if _HEAP > _ROOMY:
            return
        for name in names:
            module = sys.modules.pop(name, None)
            parent, child = name.rsplit(".", 1)
            if module is not None and hasattr(sys.modules.get(parent), child):
                delattr(sys.modules[parent], child)
        gc.collect()

    def scrub():
        """Write over all of the heap that nobody holds: text cannot be wiped, but what it leaves can (FAULTS S9)."""
        gc.collect()
        gc.disable()  # or each size that does not fit would collect again
        held: list = []
        size = gc.mem_free()
        try:
            while size:
                try:
                    held = [held, bytearray(size)]
                except MemoryError:
                    size //= 2
            while True:  # what is too small for both
                held = [held]
        except MemoryError:
            while held:  # link by link: what the interpreter's stack still points to would hold all the rest
                link, held = held, held[0]
                link.clear()
        finally:
            gc.enable()
        gc.collect()

    def mapped(path):
        """A file's bytes where they stand in flash (VfsRom); a copy on a port that cannot map it."""
        with open(path, "rb") as file:
            try:
                return memoryview(file)
            except TypeError:
                return file.read()

    def mem_used():
        """Bytes of heap in use."""
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

    async def sleep_ms(ms):
        await _asyncio.sleep(ms / 1000)

    async def wait_for_ms(awaitable, timeout_ms):
        """Result of `awaitable`; asyncio.TimeoutError after timeout_ms.

        Not asyncio.wait_for: before CPython 3.12 that loses a cancellation which meets the result.
        """
        async with _asyncio.timeout(timeout_ms / 1000):
            return await awaitable

    class _Aes:
        def __init__(self, key, mode, *vector):
            from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes

            self._context = Cipher(algorithms.AES(bytes(key)), getattr(modes, mode)(*vector)).encryptor()

        def encrypt(self, data, out=None):
            result = self._context.update(data)
            if out is None:
                return result
            out[:] = result
            return out

    def aes_ecb(key):
        """AES block context for ECB on whole blocks: `.encrypt(in, out)`; keeps its key schedule."""
        return _Aes(key, "ECB")

    def aes_cbc(key):
        """AES context for CBC from a zero vector: `.encrypt(in, out)`; goes on where the last call ended."""
        return _Aes(key, "CBC", bytes(16))

    def aes_cbc_clear(key, vector, data):
        """`data` deciphered with AES in CBC."""
        from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes

        return Cipher(algorithms.AES(bytes(key)), modes.CBC(bytes(vector))).decryptor().update(data)

    def durable(file):
        """Push what was written to `file` to the medium."""
        file.flush()
        _os.fsync(file.fileno())

    async def read_into(reader, buf):
        """Bytes received into `buf`; 0 at the end of the stream."""
        data = await reader.read(len(buf))
        buf[: len(data)] = data
        return len(data)

    def hang_up(writer):
        """Close a stream's socket at once, whatever is still unsent."""
        writer.transport.abort()

    async def resolve(host, port):
        """Addresses of a host, as `dial` wants them."""
        import socket

        return await _asyncio.get_running_loop().getaddrinfo(host, port, type=socket.SOCK_STREAM)

    async def dial(address, tls=None, server_hostname=None):
        """Streams over a new TCP connection without Nagle, with the TLS handshake done."""
        host, port = address[-1][:2]
        name = server_hostname if tls else None
        reader, writer = await _asyncio.open_connection(
            host, port, family=address[0], ssl=tls, server_hostname=name
        )
        nodelay_socket(writer.get_extra_info("socket"))
        return reader, writer

    def tls_client(ca_file, cert_file=None, key_file=None):
        """TLS context that verifies the peer against `ca_file`; certificate and key for mutual TLS."""
        import ssl

        with open(ca_file, "rb") as file:
            ca = file.read()
        pem = ca.decode() if b"-----BEGIN" in ca else ca
        context = ssl.create_default_context(ssl.Purpose.SERVER_AUTH, cadata=pem)
        if cert_file:
            context.load_cert_chain(cert_file, key_file)
        return context

    async def stream_reader(sock):
        """asyncio reader over a connected non-blocking socket; the socket stays free for sending."""
        reader, writer = await _asyncio.open_connection(sock=sock)
        reader.writer = writer  # type: ignore[attr-defined]  # the transport lives as long as the reader
        return reader

    def let_go(*names):
        """Nothing: modules stay, there is room for them."""

    def scrub():
        """Nothing: CPython gives no hold of what it freed (docs/security.md)."""

    def mapped(path):
        """A file's bytes, mapped."""
        import mmap

        with open(path, "rb") as file:
            return mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)

    def mem_used():
        """Bytes of heap in use; CPython does not tell, so 0."""
        return 0


__all__ = (
    "MICROPYTHON",
    "aes_cbc",
    "aes_ecb",
    "const",
    "crc32",
    "dial",
    "durable",
    "hang_up",
    "let_go",
    "mapped",
    "mem_used",
    "read_into",
    "resolve",
    "scrub",
    "nodelay_socket",
    "sleep_ms",
    "stream_reader",
    "ticks_add",
    "ticks_diff",
    "ticks_ms",
    "ticks_us",
    "tls_client",
    "urandom",
    "wait_for_ms",
)
