# SPDX-License-Identifier: MIT
"""Collection of device tests per runtime, asynchronous tests, needed programs, and the closing summary."""

import asyncio
import inspect
import os

import hypothesis
import pytest

import closing
import device_collector
import order
import system_packages
from suanpan.places import BUILD

os.environ.setdefault("SUANPAN_FONT", str(BUILD / "font16.bin"))

# Repeatable in `make test`, searching afresh in `make test-long`; slow machines are no failures.
hypothesis.settings.register_profile(
    "suanpan",
    deadline=None,
    derandomize="SUANPAN_LONG" not in os.environ,
    suppress_health_check=[hypothesis.HealthCheck.too_slow],
)
hypothesis.settings.load_profile("suanpan")


def pytest_pycollect_makemodule(module_path, parent):
    if module_path.parent.name in device_collector.FOLDERS and module_path.parent.parent.name == "tests":
        return device_collector.DeviceModule.from_parent(parent, path=module_path)
    return None


def pytest_collection_modifyitems(items):
    items.sort(key=lambda item: order.rank(item.nodeid))


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config, log):
    return order.ByFile(config, log)


@pytest.hookimpl(tryfirst=True)
def pytest_pyfunc_call(pyfuncitem):
    """Run `async def test_*` in a loop of its own."""
    if not inspect.iscoroutinefunction(pyfuncitem.obj):
        return None
    names = pyfuncitem._fixtureinfo.argnames
    asyncio.run(pyfuncitem.obj(**{name: pyfuncitem.funcargs[name] for name in names}))
    return True


def pytest_runtest_setup(item):
    """`@pytest.mark.needs("mosquitto")`: skip, naming the command that installs what is missing."""
    for mark in item.iter_markers("needs"):
        for package in mark.args:
            if not system_packages.find(package):
                pytest.skip(f"{package} is missing: {system_packages.install_command([package])}")


@pytest.hookimpl(trylast=True)
def pytest_terminal_summary(terminalreporter):
    closing.runtimes(terminalreporter)
    closing.recorded(terminalreporter, "power cuts", "power cuts of the application (docs/power-cuts.md)")
    closing.recorded(terminalreporter, "memory", "memory over many transactions (docs/performance.md)")
    closing.recorded(
        terminalreporter, "fleet", "terminals, brokers and hosts killed at random (docs/fleet.md)"
    )
    closing.recorded(terminalreporter, "fuzz", "inputs under coverage-guided fuzzing (docs/fuzzing.md)")
    closing.coverage(terminalreporter)
