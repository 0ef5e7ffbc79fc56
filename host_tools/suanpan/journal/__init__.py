# SPDX-License-Identifier: MIT
"""`suanpan journal`: reads the image of a terminal's journal; never writes to it."""
