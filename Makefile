# SPDX-License-Identifier: MIT
# Every target does its own set-up: Python environment, MicroPython, font. `make` alone explains itself.

PYTHON ?= python3
PORT ?= 8080
JOBS ?= 2
BIN := .venv/bin
SOURCES := firmware boards host_tools tests
STUBS := micropython-unix-stubs>=1.25,<1.27 micropython-stdlib-stubs>=1.25,<1.27
ESP32_STUBS := micropython-esp32-stubs>=1.25,<1.27
PIP := $(BIN)/python -m pip install --disable-pip-version-check --progress-bar off
FLEET = PYTHONPATH=tests:tests/host $(BIN)/python -m fleet $(if $(SEED),--seed $(SEED)) $(if $(BROKER),--broker $(BROKER))
SIM_COUNT ?= 10000
SIM_SECONDS ?= 180
FIRST ?= 0
LONG_COUNT ?= 1000000
SIMULATION = PYTHONPATH=tests $(BIN)/python -m simulation --jobs $(JOBS)
# More processes than cores: most tests wait for a time-out or a process. tests/order.py says who goes first.
PYTEST = $(BIN)/python -m pytest -n $$(($(JOBS) + 3)) --no-loadscope-reorder
COVERAGE := --cov --cov-report=json:artefacts/coverage.json --cov-report=html:artefacts/coverage

.DEFAULT_GOAL := help
.PHONY: help run test test-long coverage sim fleet mutations bench check fmt firmware clean setup tools fuzzer

help: ## Show this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-10s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)
	@echo
	@echo "  make run PORT=9000   takes another port.  .venv/bin/suanpan --help shows the commands."

run: setup ## Start broker, host and one simulated terminal; prints the address, Ctrl-C ends it
	@exec $(BIN)/suanpan sim serve --port $(PORT)

test: check setup tools ## Check the code, then run all tests (within 15 minutes on two cores)
	$(SIMULATION) --count $(SIM_COUNT) --seconds $(SIM_SECONDS)
	$(PYTEST) -m "not long"

test-long: check setup tools fuzzer ## Run the exhaustive sweeps (hours); FIRST= goes on with the simulation from a seed
	$(SIMULATION) --first $(FIRST) --count $(LONG_COUNT)
	$(BIN)/python tests/mutations --jobs $(JOBS)
	SUANPAN_LONG=1 $(PYTEST) --timeout 7200

coverage: setup tools ## Run the tests and tell which lines ran (artefacts/coverage/index.html)
	$(PYTEST) $(COVERAGE) -m "not long"

sim: setup ## Simulate under faults; SEED= replays one run with its trace
	@$(SIMULATION) $(if $(SEED),--seed $(SEED),--count 1000)

fleet: setup tools ## 50 terminals, brokers and hosts as processes, killed for minutes; SEED= BROKER=mosquitto|nats
	@$(FLEET) $(if $(SECONDS),--seconds $(SECONDS))

mutations: setup ## Seed bugs one by one; simulation or tests must catch them all; WRITE=1 updates docs/mutations.md
	@$(BIN)/python tests/mutations --jobs $(JOBS) $(if $(WRITE),--write)

bench: setup ## Measure against the peers; one JSON line for each figure
	@$(BIN)/python tests/bench

check: .venv/.done .cache/stubs/.done ## Lint, format check, types on the host and on the device
	$(BIN)/ruff check $(SOURCES)
	$(BIN)/ruff format --check --quiet $(SOURCES) || { echo "Next: make fmt"; exit 1; }
	$(BIN)/mypy host_tools/suanpan boards/sim/chips boards/sim/workbench.py boards/raspberry_pi
	$(BIN)/mypy --config-file mypy-device.ini $$($(BIN)/suanpan firmware files)

fmt: .venv/.done ## Format the code and sort its imports
	$(BIN)/ruff check --fix --quiet $(SOURCES) || true
	$(BIN)/ruff format $(SOURCES)

firmware: setup ## Build the font, the ROM images and the list of files for mip
	$(BIN)/suanpan firmware package
	$(BIN)/suanpan firmware font
	$(BIN)/suanpan firmware rom --runtime micropython
	$(BIN)/suanpan firmware rom --runtime micropython32

clean: ## Remove what was built (ALL=1: downloads and the Python environment too)
	rm -rf build artefacts htmlcov .coverage .coverage.* .pytest_cache .mypy_cache .ruff_cache .hypothesis
	$(if $(ALL),rm -rf .cache .venv)

setup: .venv/.done ## Python environment, MicroPython, font (done by every target that needs it)
	@$(BIN)/suanpan runtime install --quiet || echo "Going on without what is missing; its tests are skipped by name." >&2
	@$(BIN)/suanpan firmware font --quiet

# System programs that only tests use: tests/system-packages.txt
tools: .venv/.done
	@$(BIN)/python tests/system_packages.py
	@$(BIN)/python -c 'import smartcard' 2>/dev/null || $(PIP) --quiet --editable '.[pcsc]' >&2 || \
	  echo "pyscard could not be built: tests of contact cards through PC/SC are skipped. Next: docs/readers.md" >&2

fuzzer: .venv/.done
	@$(BIN)/python -c 'import atheris' 2>/dev/null || $(PIP) --quiet --editable '.[fuzz]' >&2 || \
	  echo "atheris could not be installed: coverage-guided fuzzing is skipped. Next: docs/fuzzing.md" >&2

.venv/.done: pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { \
	  echo "Python 3.11 or later is needed; $(PYTHON) is $$($(PYTHON) --version 2>&1)." >&2; \
	  echo "Next: install it, or name it: make PYTHON=/path/to/python3" >&2; exit 1; }
	@$(PYTHON) -c 'import ensurepip, venv' 2>/dev/null || { \
	  echo "Python's venv module is not installed." >&2; \
	  echo "Next: sudo apt-get install python3-venv" >&2; exit 1; }
	@echo "Setting up the Python environment in .venv (about a minute) …" >&2
	@$(PYTHON) -m venv .venv
	@$(PIP) --editable '.[dev]' >&2 || { \
	  echo "The Python packages could not be installed; pip's last lines say why." >&2; \
	  echo "Next: see that this machine reaches a package index (network, proxy, pip config), then run make again." >&2; exit 1; }
	@touch $@

.cache/stubs/.done: .venv/.done
	@rm -rf .cache/stubs
	@$(PIP) --quiet --no-deps --target .cache/stubs $(foreach stub,$(STUBS),'$(stub)')
	@rm -rf .cache/stubs-esp32
	@$(PIP) --quiet --no-deps --target .cache/stubs-esp32 '$(ESP32_STUBS)'
	@touch $@
