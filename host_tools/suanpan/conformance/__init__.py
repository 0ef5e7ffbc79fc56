# SPDX-License-Identifier: MIT
"""Does a broker do what terminals and host rely on? One suite for any MQTT 3.1.1 broker (docs/brokers.md)."""
