# SPDX-License-Identifier: MIT
"""Runs on the device runtime: device_runner.py FOLDER:… MODULE TEST … runs these functions of one test file.

Each result is one line: `@@ {"test", "ok", "ms", "error"}`; whatever a test prints stands before its line.
"""

import asyncio
import gc
import io
import json
import sys
import time


def traceback(error):
    text = io.StringIO()
    sys.print_exception(error, text)
    return text.getvalue()


def call(function):
    outcome = function()
    if hasattr(outcome, "send"):
        asyncio.new_event_loop()
        asyncio.run(outcome)


def run(module, name):
    gc.collect()
    start, error = time.ticks_ms(), ""
    try:
        call(getattr(module, name))
    except (Exception, KeyboardInterrupt, SystemExit) as raised:  # noqa: BLE001 - reported as the outcome
        error = traceback(raised)
    took = time.ticks_diff(time.ticks_ms(), start)
    print("@@", json.dumps({"test": name, "ok": not error, "ms": took, "error": error}))


def main(folders, module, tests):
    sys.path[2:] = folders.split(":")
    loaded = __import__(module)
    for name in tests:
        run(loaded, name)


main(sys.argv[1], sys.argv[2], sys.argv[3:])
