# SPDX-License-Identifier: MIT
"""Chip drivers, one file each; every driver is handed its bus and knows no pins."""


class DeviceTimeout(Exception):
    """No answer from the device in time. Exits: device absent, unpowered, or the line is cut."""
