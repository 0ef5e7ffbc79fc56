# SPDX-License-Identifier: MIT
"""Who is trusted on a connection to the broker, and who one is there: a private CA and an own certificate."""

import ssl
from dataclasses import dataclass

from suanpan import regular_file
from suanpan.errors import CONNECTION, Failure


@dataclass(frozen=True)
class Tls:
    """Files of the private CA and of the host's own certificate and key (PEM)."""

    ca: str | None = None
    cert: str | None = None
    key: str | None = None

    def context(self) -> ssl.SSLContext:
        """Failure when a file is not what it should be."""
        try:
            for path in filter(None, (self.ca, self.cert, self.key)):
                regular_file.content(path)  # OpenSSL would wait for a pipe
            context = ssl.create_default_context(cafile=self.ca)
            if self.cert:
                context.load_cert_chain(self.cert, self.key)
        except OSError as error:  # ssl.SSLError is one
            raise Failure(
                f"the certificates are not usable: {error}",
                "check the files given with --ca, --cert and --key",
                CONNECTION,
            ) from error
        return context
