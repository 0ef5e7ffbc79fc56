# SPDX-License-Identifier: MIT
"""A real PostgreSQL server of this test process: a cluster in a folder of its own, reached by a Unix socket only.

PostgreSQL refuses to run as root; then it runs as the user that its package made.
"""

import os
import shutil
import signal
import subprocess
import tempfile
from itertools import count
from pathlib import Path

import psycopg
from pretend import until

import system_packages

PACKAGE_USER = "postgres"


class Server:
    """`with Server() as server: server.new_database()` gives the URL of an empty database; so does `new_schema()`.

    A schema is made much sooner; it is empty for whoever does not look beyond it.
    """

    def __init__(self, *settings):
        self._programs = Path(system_packages.find("postgresql")).resolve().parent
        self._settings = [word for setting in settings for word in ("-c", setting)]
        self._user = (
            {"user": PACKAGE_USER, "group": PACKAGE_USER, "extra_groups": []} if os.geteuid() == 0 else {}
        )
        self._numbers = count(1)

    def __enter__(self):
        self._folder = tempfile.mkdtemp(prefix="suanpan-pg-")  # a socket's path has at most 107 bytes
        if self._user:
            shutil.chown(self._folder, PACKAGE_USER, PACKAGE_USER)
        data = f"{self._folder}/data"
        self._run(
            "initdb", "-D", data, "-U", "suanpan", "-A", "trust", "-E", "UTF8", "--no-locale", "--no-sync"
        )
        words = ["-D", data, "-k", self._folder, "-c", "listen_addresses=", *self._settings]
        self._process = subprocess.Popen([self._programs / "postgres", *words], **self._quiet())
        until(self._answers, "PostgreSQL answers")
        return self

    def __exit__(self, *error):
        self._process.send_signal(signal.SIGINT)  # fast shutdown: does not wait for who is still connected
        try:
            self._process.wait(20)
        finally:
            self._process.kill()
            shutil.rmtree(self._folder)

    def new_database(self):
        name = f"books{next(self._numbers)}"
        with self._connect() as connection:
            connection.execute(f"CREATE DATABASE {name}")
        return f"postgresql+psycopg://suanpan@/{name}?host={self._folder}"

    def new_schema(self):
        name = f"books{next(self._numbers)}"
        with self._connect() as connection:
            connection.execute(f"CREATE SCHEMA {name}")
        return f"postgresql+psycopg://suanpan@/postgres?host={self._folder}&options=-csearch_path%3D{name}"

    def _run(self, program, *words):
        subprocess.run([self._programs / program, *words], check=True, **self._quiet())

    def _quiet(self):
        return {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL, "cwd": self._folder, **self._user}

    def _connect(self):
        return psycopg.connect(host=self._folder, user="suanpan", dbname="postgres", autocommit=True)

    def _answers(self):
        assert self._process.poll() is None, "PostgreSQL does not start"
        try:
            self._connect().close()
        except psycopg.OperationalError:
            return False
        return True
