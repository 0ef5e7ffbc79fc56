# SPDX-License-Identifier: MIT
"""Stand-in for esp32.NVS: what is not committed is lost at a restart. tests/host holds it to the published stub."""

NOT_FOUND = -0x1102


class Nvs:
    def __init__(self, namespace, durable=None):
        self.namespace = namespace
        self.durable = {} if durable is None else durable
        self.pending = dict(self.durable)

    def restarted(self):
        return Nvs(self.namespace, self.durable)

    def get_blob(self, key, buffer):
        if key not in self.pending:
            raise OSError(NOT_FOUND, "ESP_ERR_NVS_NOT_FOUND")
        value = self.pending[key]
        if len(value) > len(buffer):
            raise OSError(-0x110C, "ESP_ERR_NVS_INVALID_LENGTH")
        buffer[: len(value)] = value
        return len(value)

    def set_blob(self, key, value):
        self.pending[key] = bytes(value)

    def erase_key(self, key):
        if key not in self.pending:
            raise OSError(NOT_FOUND, "ESP_ERR_NVS_NOT_FOUND")
        del self.pending[key]

    def commit(self):
        self.durable.clear()
        self.durable.update(self.pending)
