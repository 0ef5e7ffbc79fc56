# SPDX-License-Identifier: MIT
"""Runs under MicroPython: maps the ROM image and runs a file as `__main__`, as SUANPAN_BOOT says.

The image is mapped with mmap(2), so the application's code stays outside the heap, as in flash on a board.
A MicroPython without VfsRom (before 1.25) takes the plain sources instead. What to do comes in the environment, because
the Unix port interns its command line and dies on a word of more than 255 bytes.
"""

import json
import os
import sys


def mount(image):
    import ffi
    import uctypes
    import vfs

    size = os.stat(image)[6]
    libc = ffi.open("libc.so.6")
    descriptor = libc.func("i", "open", "si")(image, 0)
    address = libc.func("P", "mmap", "PLiiil")(None, size, 1, 2, descriptor, 0)
    libc.func("i", "close", "i")(descriptor)
    vfs.mount(vfs.VfsRom(uctypes.bytearray_at(address, size)), "/rom")


def run(image, paths, argv):
    sys.argv[:] = argv
    file = argv[0]
    folder = file.rsplit("/", 1)[0] if "/" in file else "."
    if image:
        mount(image)
        sys.path[:] = ["/rom", ".frozen", folder]
    else:
        sys.path[:] = paths + [".frozen", folder]
    if image and file == paths[0] + "/main.py":
        __import__("main").main()
    else:
        with open(file) as source:
            code = compile(source.read(), file, "exec")
        exec(code, {"__name__": "__main__", "__file__": file})


run(*json.loads(os.getenv("SUANPAN_BOOT")))
