# SPDX-License-Identifier: MIT
# What is frozen or put in the ROM image; MicroPython manifest language (`package`, `module`).
# Boards of other projects take `include("path/to/firmware/manifest.py")` and add their own board package.
package("pos")
module("main.py")
package("boards", files=("__init__.py",), base_path="..")
package("boards/sim", files=("__init__.py", "bus.py", "cut.py", "heap.py"), base_path="..")
package("boards/unix", base_path="..")
