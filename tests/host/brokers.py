# SPDX-License-Identifier: MIT
"""What the broker tests need: a real mosquitto on a free port, certificates, and the probe on a runtime."""

import asyncio
import datetime
import ipaddress
import json
import socket
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

import system_packages
from suanpan.runtime.launch import launch

WAIT_S = 20
PROBE = Path(__file__).parent / "mqtt_probe.py"


def free_port() -> int:
    with socket.socket() as sock:
        sock.bind(("127.0.0.1", 0))
        return sock.getsockname()[1]


async def until_listening(port: int) -> None:
    for _ in range(int(WAIT_S / 0.02)):
        try:
            _, writer = await asyncio.open_connection("127.0.0.1", port)
            return writer.close()
        except OSError:
            await asyncio.sleep(0.02)
    raise TimeoutError(f"nothing listens on port {port}")


class Mosquitto:
    """`async with Mosquitto(folder) as broker: broker.port`; `tls` adds lines about certificates."""

    def __init__(self, folder: Path, port: int = 0, lines: str = "") -> None:
        self.port = port or free_port()
        self._conf = folder / "mosquitto.conf"
        user = "user root\n"  # else it would try to become `mosquitto`, who cannot read the test's folder
        listener = f"listener {self.port} 127.0.0.1\nallow_anonymous true\n"
        self._conf.write_text(user + listener + lines)

    async def __aenter__(self) -> "Mosquitto":
        program = system_packages.find("mosquitto")
        self.process = await asyncio.create_subprocess_exec(
            program,
            "-c",
            str(self._conf),
            stdout=asyncio.subprocess.DEVNULL,
            stderr=asyncio.subprocess.DEVNULL,
        )
        await until_listening(self.port)
        return self

    async def __aexit__(self, *error) -> None:
        await self.kill()

    async def kill(self) -> None:
        if self.process.returncode is None:
            self.process.kill()
            await self.process.wait()


class Probe:
    """One run of mqtt_probe.py: `await line()` for its next fact, `await result()` for the last."""

    def __init__(self, runtime: str, task: str, **options) -> None:
        self._launch = launch(runtime, PROBE, (task, json.dumps(options)))

    async def __aenter__(self) -> "Probe":
        self.process = await asyncio.create_subprocess_exec(
            *self._launch.argv,
            env=self._launch.env,
            stdin=asyncio.subprocess.DEVNULL,
            stdout=asyncio.subprocess.PIPE,
        )
        return self

    async def __aexit__(self, *error) -> None:
        if self.process.returncode is None:
            self.process.kill()
            await self.process.wait()

    async def line(self) -> dict:
        line = await asyncio.wait_for(self.process.stdout.readline(), WAIT_S)
        return json.loads(line or b'{"error": "the probe ended"}')


async def probe(runtime: str, task: str, **options) -> dict:
    """The only fact of a short run."""
    async with Probe(runtime, task, **options) as run:
        return await run.line()


def name(text: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, text)])


class Authority:
    """A private CA that writes PEM files into a folder."""

    def __init__(self, folder: Path, title: str) -> None:
        self.folder, self.title = folder, title
        self._key = ec.generate_private_key(ec.SECP256R1())
        self._name = name(title)
        now = datetime.datetime.now(datetime.UTC)
        basic = x509.BasicConstraints(ca=True, path_length=None)
        usage = x509.KeyUsage(False, False, False, False, False, True, True, False, False)
        self._certificate = (
            self._builder(self._name, self._key, now - datetime.timedelta(days=2), days=30)
            .add_extension(basic, critical=True)
            .add_extension(usage, critical=True)
            .sign(self._key, hashes.SHA256())
        )
        self.path = self._write(f"{title}.pem", self._certificate)

    def issue(self, title: str, hosts: tuple[str, ...] = (), days: int = 10) -> dict[str, str]:
        """{"cert", "key"} paths; `days` below 2 is expired."""
        key = ec.generate_private_key(ec.SECP256R1())
        start = datetime.datetime.now(datetime.UTC) - datetime.timedelta(days=2)
        builder = self._builder(name(title), key, start, days)
        if hosts:
            names = [
                x509.IPAddress(ipaddress.ip_address(h)) if h[0].isdigit() else x509.DNSName(h) for h in hosts
            ]
            builder = builder.add_extension(x509.SubjectAlternativeName(names), critical=False)
        pem = key.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        )
        key_path = self.folder / f"{title}.key"
        key_path.write_bytes(pem)
        certificate = builder.sign(self._key, hashes.SHA256())
        return {"cert": self._write(f"{title}.crt", certificate), "key": str(key_path)}

    def _builder(self, subject, key, start, days) -> x509.CertificateBuilder:
        """Key identifiers are what RFC 5280 4.2.1.1 asks for and Python 3.13 insists on."""
        issuer = x509.AuthorityKeyIdentifier.from_issuer_public_key(self._key.public_key())
        own = x509.SubjectKeyIdentifier.from_public_key(key.public_key())
        return (
            x509.CertificateBuilder()
            .subject_name(subject)
            .issuer_name(self._name)
            .public_key(key.public_key())
            .serial_number(x509.random_serial_number())
            .not_valid_before(start)
            .not_valid_after(start + datetime.timedelta(days=days))
            .add_extension(issuer, critical=False)
            .add_extension(own, critical=False)
        )

    def _write(self, file: str, certificate: x509.Certificate) -> str:
        path = self.folder / file
        path.write_bytes(certificate.public_bytes(serialization.Encoding.PEM))
        return str(path)
