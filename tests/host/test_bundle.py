# SPDX-License-Identifier: MIT
"""Bundles of the ROM image: many modules as one, short names for private ones, and the same behaviour."""

import pytest

from suanpan.errors import Failure
from suanpan.firmware import rom
from suanpan.firmware.bundle import BUNDLES, bundled
from suanpan.firmware.known import Known, known_to
from suanpan.firmware.merge import Merger, Module, Value
from suanpan.firmware.rewrite import Rewriter
from suanpan.firmware.shorten import shortened
from suanpan.firmware.sources import device_files

NOBODY = Known(set(), set(), set())


def merged(tmp_path, *sources):
    """Globals by their own names, after the modules m0, m1 … were put together and run; the text that was run."""
    modules = []
    for number, source in enumerate(sources):
        (tmp_path / f"m{number}.py").write_text(source)
        modules.append(Module(f"m{number}.py", tmp_path / f"m{number}.py"))
    merger = Merger({module.name: module for module in modules}, {"all": modules})
    imported: set[str] = set()
    text = "\n".join(Rewriter(merger, module, imported).text() for module in modules)
    here: dict = {}
    exec(text, here)
    meanings = [row for module in modules for row in module.meanings.items()]
    return {name: here[value.name] for name, value in meanings if isinstance(value, Value)}, text


def test_two_modules_keep_their_own_globals_of_one_name(tmp_path):
    found, _ = merged(
        tmp_path, "def _f(): return 1\ndef a(): return _f()", "def _f(): return 2\ndef b(): return _f()"
    )
    assert (found["a"](), found["b"]()) == (1, 2)


def test_what_is_imported_from_a_member_is_that_members(tmp_path):
    found, text = merged(tmp_path, "def f(): return 1", "from m0 import f as g\ndef h(f): return g() + f")
    assert found["h"](5) == 6 and "from m0" not in text


def test_a_local_hides_a_global_and_a_class_hides_nothing_from_its_methods(tmp_path):
    found, _ = merged(
        tmp_path,
        "x = [1]\nclass C:\n    x = 'own'\n    y = x\n    def m(self): return x\ndef f(x): return [x for x in x]",
        "x = [2]\ndef g(): return x",
    )
    instance = found["C"]()
    assert (instance.y, instance.m(), found["f"]("ab"), found["g"]()) == ("own", [1], ["a", "b"], [2])


def test_an_exception_keeps_its_name_for_the_log(tmp_path):
    found, text = merged(tmp_path, "class Gone(Exception): pass\nclass Reader: pass", "from m0 import Gone")
    assert found["Gone"].__name__ == "Gone" and "Reader" not in text


def test_a_bundle_is_let_go_once_and_as_a_whole(tmp_path):
    names = ("m0", "m1", "m2")
    for name in names:
        (tmp_path / f"{name}.py").write_text("PARTS = ('m0', 'm1', 'm2')\nlet_go('m0')")
    modules = [Module(f"{name}.py", tmp_path / f"{name}.py") for name in names]
    groups = {"passing": modules[:2], "lasting": modules[2:]}
    merger = Merger({module.name: module for module in modules}, groups, NOBODY, ["passing"])
    text = Rewriter(merger, modules[2], set()).text()
    assert text.splitlines() == ["_a = ('passing', 'm2',)", "let_go('passing')"]


def test_what_a_module_alone_has_from_a_bundle_is_private_there_unless_a_test_knows_it(tmp_path):
    (tmp_path / "m0.py").write_text("def go(): pass\ndef stay(): pass")
    (tmp_path / "m1.py").write_text("from m0 import go, stay\ngo(); stay()")
    modules = [Module(f"{name}.py", tmp_path / f"{name}.py") for name in ("m0", "m1")]
    known = Known(set(), {("m1", "stay")}, set())
    merger = Merger({module.name: module for module in modules}, {"all": modules[:1]}, known)
    text = Rewriter(merger, modules[1], set()).text()
    assert text == "from all import _a as _go; from all import _b as stay\n_go(); stay()"


def test_whole_numbers_stand_for_themselves(tmp_path):
    found, text = merged(
        tmp_path, "LOW, HIGH = -5, 9\ndef f(): return LOW + HIGH", "from m0 import LOW\ny = -LOW"
    )
    assert found["f"]() == 4 and found["y"] == 5 and "LOW" not in found and "HIGH" not in text


def test_a_module_handed_around_is_refused(tmp_path):
    (tmp_path / "p").mkdir()
    (tmp_path / "p/one.py").write_text("x = []")
    (tmp_path / "p/two.py").write_text("from p import one\nkeep = [one]")
    modules = [Module(f"p/{name}.py", tmp_path / f"p/{name}.py") for name in ("one", "two")]
    merger = Merger({module.name: module for module in modules}, {"all": modules})
    with pytest.raises(Failure, match="used as a value"):
        Rewriter(merger, modules[1], set()).text()


@pytest.fixture(scope="module")
def image():
    """What the ROM image is compiled from."""
    return bundled(device_files(), known_to(rom.tests()))


def test_lines_stay_where_they_are(image):
    """A traceback of a module that stands alone names the line of its source."""
    files = device_files()
    alone = [name for name in files if len(image[name]) > 2000 and name != "pos/compat.py"]
    assert len(alone) > 20
    for name in alone:
        assert len(image[name].splitlines()) == len(files[name].read_text().splitlines()), name


def test_private_names_become_short_and_the_same_in_every_file():
    sources = {
        "a.py": "class A:\n    def __init__(self, first): self._first = first\n    def go(self): return self._first\n",
        "b.py": "def _second(value): return value * 2\ndef go(): return _second(4)\n",
    }
    short = shortened(sources, NOBODY)
    assert "_first" not in short["a.py"] and "_second" not in short["b.py"] and "self._a" in short["a.py"]
    found: dict = {}
    exec(short["a.py"], found)
    assert found["A"](7).go() == 7
    exec(short["b.py"], found)
    assert found["go"]() == 8


def test_members_have_the_short_names_of_globals_but_for_those_that_their_class_sees():
    source = """
def _first(): return 1
def _second(): return 2
class A:
    _kind = _second()
    def _go(self): return _first() + self._kind + self._rest
    def __init__(self): self._rest = 4
    def run(self): return self._go()
"""
    found: dict = {}
    text = shortened({"a.py": source}, NOBODY)["a.py"]
    exec(text, found)
    assert found["A"]().run() == 7
    assert {name for name in found if name.startswith("_") and len(name) == 2} == {"_a", "_b"}
    assert {name for name in vars(found["A"]) if len(name) == 2} == {"_a", "_c"}


@pytest.mark.parametrize(
    "other",
    [
        "x._kept()",
        "getattr(x, '_kept')",
        "f(_kept=1)",
        "from a import _kept",
        "class B(A):\n    def _kept(self): pass",
    ],
)
def test_what_another_file_or_a_text_knows_keeps_its_name(other):
    sources = {"a.py": "class A:\n    def _kept(self): return 1\n", "b.py": f"from a import A\n{other}\n"}
    assert shortened(sources, NOBODY) == sources


def test_what_a_test_uses_keeps_its_name(tmp_path):
    (tmp_path / "test.py").write_text(
        "def test(thing):\n    assert thing._seen and thing.go(**{'loudly': 1})\n"
    )
    known = known_to([tmp_path / "test.py"])
    source = {"a.py": "class A:\n    _seen = 1\n    _other = 2\n    def go(self, loudly): return loudly\n"}
    assert "_seen" in shortened(source, known)["a.py"] and "loudly" in shortened(source, known)["a.py"]
    assert "_other" not in shortened(source, known)["a.py"]


def test_every_bundled_module_is_there_under_its_own_name(image):
    paths = {name.replace(".", "/") for names in BUNDLES.values() for name in names.split()}
    for path in paths:
        name = f"{path}.py" if f"{path}.py" in image else f"{path}/__init__.py"
        compile(image[name], name, "exec")
        assert all(line.startswith("from ") or " = " in line for line in image[name].splitlines())


def test_what_is_published_keeps_the_names_of_its_arguments(image):
    for path, line in (
        ("pos/crypto/cmac.py", "def cmac(key, message):"),
        ("pos/crypto/dukpt.py", "def initial_key(bdk, key_id):"),
        ("pos/crypto/ed25519.py", "def verify(public_key, signature, message):"),
    ):
        assert line in image[path], path
