# SPDX-License-Identifier: MIT
"""A pcscd of a test's own, with the distribution's virtual reader and a process that puts virtual cards into it.

Daemon and cards live in private namespaces (mount, network, processes): the machine's own daemon, readers and ports are
neither seen nor touched, and everything ends with the one process that was started. `python pcscd.py` is that process.
"""

import asyncio
import contextlib
import fcntl
import functools
import json
import os
import signal
import socket
import struct
import subprocess
import sys
import tempfile
from pathlib import Path

from boards.sim.chips.emv.cards import card
from boards.sim.chips.emv.presented import Torn
from boards.sim.chips.vpcd import InVpcd

DAEMON = "/usr/sbin/pcscd"
DRIVER = "/usr/lib/pcsc/drivers/serial/libifdvpcd.so"
PORT = 35963  # in a network of its own
APART = ["--mount", "--net", "--pid", "--fork", "--kill-child"]
READER = f'FRIENDLYNAME "Virtual"\nDEVICENAME /dev/null:{PORT}\nLIBPATH {DRIVER}\nCHANNELID {PORT}\n'
SIOCSIFFLAGS, IFF_UP = 0x8914, 1


@functools.cache
def namespaces() -> list[str] | None:
    """Command that starts another one in namespaces of its own; None where that is not allowed."""
    for user in (["--user", "--map-root-user"], []):
        command = ["unshare", *user, *APART]
        with contextlib.suppress(OSError):
            if not subprocess.run(
                [*command, "mount", "--bind", "/tmp", "/run"], capture_output=True
            ).returncode:
                return command
    return None


@functools.cache
def address() -> Path:
    """Where this process looks for its daemon: pcsc-lite reads the variable only once."""
    path = Path(tempfile.mkdtemp(prefix="pcsc")) / "comm"
    os.environ["PCSCLITE_CSOCK_NAME"] = str(path)
    return path


class Pcscd:
    """A daemon while in `async with`."""

    async def __aenter__(self) -> "Pcscd":
        self._folder = tempfile.TemporaryDirectory(prefix="pcscd")
        folder = Path(self._folder.name)
        (folder / "conf").mkdir()
        (folder / "conf" / "vpcd").write_text(READER)
        (folder / "no-usb").mkdir()
        self._process = await asyncio.create_subprocess_exec(
            *(namespaces() or ()),
            sys.executable,
            __file__,
            folder,
            stdin=-1,
            stdout=-1,
            start_new_session=True,
        )
        await self._line()
        address().unlink(missing_ok=True)
        address().symlink_to(folder / "pcscd" / "pcscd.comm")
        return self

    async def __aexit__(self, *_) -> None:
        with contextlib.suppress(ProcessLookupError):
            self._process.kill()
        await self._process.wait()
        address().unlink(missing_ok=True)
        self._folder.cleanup()

    async def insert(self, name: str, torn: int = 0) -> None:
        """Put a card of its kind into the reader; pulled at its `torn`th command."""
        await self._ask("insert", name, torn)

    async def remove(self) -> None:
        await self._ask("remove")

    async def kill_daemon(self) -> None:
        await self._ask("kill")

    async def _ask(self, *words) -> None:
        self._process.stdin.write(json.dumps(words).encode() + b"\n")
        await self._line()

    async def _line(self) -> None:
        line = await asyncio.wait_for(self._process.stdout.readline(), 20)
        assert line == b"done\n", line


class Inside:
    """The process in the namespaces."""

    def __init__(self, folder: str) -> None:
        subprocess.run(["mount", "--bind", folder, "/run"], check=True)
        with socket.socket() as interface:
            fcntl.ioctl(interface, SIOCSIFFLAGS, struct.pack("16sh14x", b"lo", IFF_UP))
        env = {**os.environ, "PCSCLITE_HP_DROPDIR": "/run/no-usb"}
        known = subprocess.run([DAEMON, "--help"], capture_output=True, text=True).stdout
        alone = ["--disable-polkit"] if "--disable-polkit" in known else []  # nobody to ask in here
        with open("/run/log", "wb") as log:
            command = [DAEMON, "--foreground", "--info", "--config", "/run/conf", *alone]
            self.daemon = subprocess.Popen(command, env=env, stdin=subprocess.DEVNULL, stdout=log, stderr=log)
        self.card: InVpcd | None = None

    async def insert(self, name: str, torn: int) -> None:
        await self.remove()
        self.card = InVpcd(Torn(card(name), torn) if torn else card(name))
        await self.card.insert(PORT)

    async def remove(self) -> None:
        if self.card:
            await self.card.remove()

    async def kill(self) -> None:
        self.daemon.send_signal(signal.SIGKILL)
        self.daemon.wait()

    async def listening(self) -> None:
        """Until the daemon has its socket and the reader its port."""
        while True:
            with contextlib.suppress(OSError), socket.socket(socket.AF_UNIX) as client:
                client.connect("/run/pcscd/pcscd.comm")
                return
            await asyncio.sleep(0.02)

    async def run(self) -> None:
        await self.listening()
        print("done", flush=True)
        while words := await asyncio.to_thread(sys.stdin.readline):
            name, *arguments = json.loads(words)
            await getattr(self, name)(*arguments)
            print("done", flush=True)


if __name__ == "__main__":
    asyncio.run(Inside(sys.argv[1]).run())
