# SPDX-License-Identifier: MIT
"""TLS settings of the link: the broker proves itself against one CA, the terminal may prove itself too.

Host names are checked on both runtimes (RFC 9525); the name to check goes to `TcpLink.open`.
"""

import os

from pos import compat


class TlsConfigError(Exception):
    """A certificate or key file is missing or unreadable; the message says which."""


def _present(path, what):
    try:
        os.stat(path)
    except OSError:
        raise TlsConfigError("%s file %s cannot be read" % (what, path)) from None


def client_context(ca_file, cert_file=None, key_file=None):
    """Context for `TcpLink.open`. Files: PEM on both runtimes; DER too on MicroPython, for the CA on both."""
    if bool(cert_file) != bool(key_file):
        raise TlsConfigError("a client certificate needs its key, and a key its certificate")
    _present(ca_file, "CA")
    if cert_file:
        _present(cert_file, "certificate")
        _present(key_file, "key")
    try:
        return compat.tls_client(ca_file, cert_file, key_file)
    except (OSError, ValueError) as error:
        raise TlsConfigError("certificate or key not usable: %s" % error) from None
