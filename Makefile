# SPDX-License-Identifier: MIT
.PHONY: setup
setup: .venv/.done

.venv/.done: pyproject.toml
	python3 -m venv .venv
	.venv/bin/python -m pip install --quiet --disable-pip-version-check -e '.[dev]'
	touch $@
