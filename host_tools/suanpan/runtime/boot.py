# SPDX-License-Identifier: MIT
"""Runs under MicroPython: boot.py IMAGE PATHS FILE [ARG …] maps the ROM image and runs FILE as `__main__`.

The image is mapped with mmap(2), so the application's code stays outside the heap, as in flash on a board.
A MicroPython without VfsRom (before 1.25) takes the plain sources from PATHS instead.
"""

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


def run(image, paths, file):
    del sys.argv[:3]
    folder = file.rsplit("/", 1)[0] if "/" in file else "."
    if image:
        mount(image)
        sys.path[:] = ["/rom", ".frozen", folder]
    else:
        sys.path[:] = paths.split(":") + [".frozen", folder]
    if image and file == paths.split(":")[0] + "/main.py":
        __import__("main").main()
    else:
        with open(file) as source:
            code = compile(source.read(), file, "exec")
        exec(code, {"__name__": "__main__", "__file__": file})


run(sys.argv[1], sys.argv[2], sys.argv[3])
