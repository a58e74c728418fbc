"""The two commands, the locked versions, the packed program: what must hold before anything else can."""

from __future__ import annotations

import ast
import json
import os
import re
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

from unionoffice import __version__
from unionoffice.kernel.resources import ROOT as RESOURCES
from unionoffice.kernel.resources import root

ROOT = Path(__file__).resolve().parent.parent
COMMANDS = ["python3 start.py", "python3 start.py test"]

sys.path.insert(0, str(ROOT))
import start  # noqa: E402


def plain(name: str) -> str:
    """A package's name as registries compare it."""
    return re.sub(r"[-_.]+", "-", name).lower()


def locked() -> dict[str, str]:
    """Version by plain name, from constraints.txt."""
    lines = (ROOT / "constraints.txt").read_text("utf-8").splitlines()
    pairs = (re.fullmatch(r"([\w.-]+)==([\w.]+)( ; .+)?", line) for line in lines)
    return {plain(pair[1]): pair[2] for pair in pairs if pair is not None}


def asked() -> list[str]:
    """Every requirement of pyproject.toml."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
    extras = project["project"]["optional-dependencies"].values()
    return [*project["project"]["dependencies"], *project["build-system"]["requires"], *(r for e in extras for r in e)]


def test_constraints_are_versions_and_nothing_else() -> None:
    """An address would bind everyone to the package mirror of whoever renewed them."""
    text = (ROOT / "constraints.txt").read_text("utf-8")
    assert not re.search(r"[:/@#\\]|--", text)
    assert len(locked()) == len(text.splitlines())


def test_every_requirement_is_locked() -> None:
    missing = [want for want in asked() if plain(re.split(r"[<>=!~\[; ]", want)[0]) not in locked()]
    assert not missing


def test_windows_has_its_own_packages_locked() -> None:
    text = (ROOT / "constraints.txt").read_text("utf-8")
    for name in ("colorama", "pefile", "pywin32-ctypes"):
        assert re.search(rf"^{name}==[\w.]+ ; sys_platform == 'win32'$", text, re.MULTILINE), name


def test_every_locked_package_is_explained() -> None:
    page = (ROOT / "docs" / "dependencies.md").read_text("utf-8")
    words = {plain(word) for word in re.findall(r"[A-Za-z][\w.-]+", page)}
    for name, version in locked().items():
        assert name in words, name
        assert version in page, (name, version)


@pytest.mark.parametrize("page", ["README.md", "README.zh-CN.md"])
def test_readme_holds_the_two_commands(page: str) -> None:
    text = (ROOT / page).read_text("utf-8")
    assert [block.strip() for block in re.findall(r"^```\w*\n(.*?)^```", text, re.MULTILINE | re.DOTALL)] == COMMANDS


def test_readme_links_lead_somewhere() -> None:
    for page in ("README.md", "README.zh-CN.md"):
        for link in re.findall(r"\]\(([^)#:]+)\)", (ROOT / page).read_text("utf-8")):
            assert (ROOT / link).exists(), (page, link)


def test_ci_runs_the_second_command() -> None:
    lines = (ROOT / ".ci" / "run").read_text("utf-8").splitlines()
    assert [line for line in lines if "start.py" in line] == [COMMANDS[1]]


def test_set_up_is_standard_library_only() -> None:
    tree = ast.parse((ROOT / "start.py").read_text("utf-8"))
    names = {node.module or "" for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)}
    names |= {alias.name for node in ast.walk(tree) if isinstance(node, ast.Import) for alias in node.names}
    assert {name.split(".")[0] for name in names} <= sys.stdlib_module_names


def test_set_up_notices_another_folder_another_lock_and_another_program(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("pyproject.toml", "constraints.txt", "start.py"):
        (tmp_path / name).write_bytes((ROOT / name).read_bytes())
    monkeypatch.setattr(start, "ROOT", tmp_path)
    seen = {start.state()}
    for name in ("pyproject.toml", "constraints.txt"):
        (tmp_path / name).write_bytes(b"# other\n")
        seen.add(start.state())
    monkeypatch.setattr(start, "ROOT", ROOT)
    assert len(seen | {start.state()}) == 4


@pytest.mark.parametrize("comes", [True, False])
def test_the_tests_get_what_only_they_want(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], comes: bool
) -> None:
    """Power cuts are replayed from what strace recorded; where it is missing those tests would be left out unseen."""
    there, asked = {"dpkg-query"}, []

    def apt(packages: list[str]) -> None:
        asked.append(packages)
        there.update(packages if comes else ())

    monkeypatch.setattr(start, "WINDOWS", False)
    monkeypatch.setattr(start, "set_up", lambda: None)
    monkeypatch.setattr(start.shutil, "which", lambda name: name if name in there else None)
    monkeypatch.setattr(start, "apt_install", apt)
    monkeypatch.setattr(start.subprocess, "call", lambda *_, **__: 0)
    for _ in range(2):
        assert start.main(["test"]) == 0
    assert asked == [["strace"]] * (1 if comes else 2)
    assert ("as root" in capsys.readouterr().out) is not comes
    assert start.main(["--version"]) == 0
    assert len(asked) == (1 if comes else 2)


def test_set_up_names_a_broken_connection_first(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    log = tmp_path / "set-up.log"
    log.write_text(
        "WARNING: Retrying after connection broken by 'ProxyError'\nERROR: ResolutionImpossible: conflict\n", "utf-8"
    )
    monkeypatch.setattr(start, "LOG", log)
    assert "ProxyError" in start.tail()
    assert "ResolutionImpossible" not in start.tail()


def test_set_up_says_what_failed_without_a_traceback(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def fail() -> None:
        start.run([sys.executable, "-c", "import sys; sys.exit('No space left on device')"], "组件没有装成。")

    monkeypatch.setattr(start, "ROOT", tmp_path)
    monkeypatch.setattr(start, "LOG", tmp_path / "set-up.log")
    monkeypatch.setattr(start, "set_up", fail)
    assert start.main(["test"]) == 1
    said = capsys.readouterr().out
    assert said.startswith("组件没有装成。")
    assert "No space left on device" in said
    assert "Traceback" not in said


def test_interrupted_set_up_starts_anew(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What a broken-off installation left is thrown away; a sound environment is kept."""
    folder = tmp_path / "环 境"
    made = []
    monkeypatch.setattr(start, "VENV", folder)
    monkeypatch.setattr(start, "DONE", folder / "set-up.done")
    monkeypatch.setattr(start, "UNFINISHED", folder / "set-up.unfinished")
    monkeypatch.setattr(start, "run", lambda command, fault: made.append(command))
    monkeypatch.setattr(start, "sound", lambda: True)
    start.make_environment()
    (folder / "half").touch()
    assert start.UNFINISHED.exists()
    start.make_environment()
    assert not (folder / "half").exists()
    assert len(made) == 2
    start.UNFINISHED.unlink()
    (folder / "whole").touch()
    start.make_environment()
    assert (folder / "whole").exists()
    assert len(made) == 2


def test_spec_holds_no_path_of_one_machine() -> None:
    text = (ROOT / "build.spec").read_text("utf-8")
    compile(text, "build.spec", "exec")
    assert not re.search(r"""["'](/\w|[A-Za-z]:[\\/])""", text)
    for needed in (
        "SPECPATH",
        "sqlalchemy.dialects.sqlite",
        "console=False",
        '"resources"',
        "migrations",
        "_cffi_backend",
        'collect_data_files("pikepdf")',
    ):
        assert needed in text
    assert '"Qt6Network"' not in text


def test_splitting_a_key_loads_none_of_the_libraries_that_the_packed_program_leaves_out() -> None:
    """build.spec takes out pycryptodome's ciphers: a newer one that needs them is to be noticed here first."""
    script = (
        "import pathlib, sys; import Crypto\n"
        "libraries = [p for p in pathlib.Path(Crypto.__file__).parent.rglob('*') if p.suffix in ('.so', '.pyd')]\n"
        "assert libraries\n"
        "import ctypes; ctypes.CDLL = ctypes.PyDLL = lambda *a, **k: sys.exit('a library is loaded')\n"
        "sys.modules['cffi'] = None\n"
        "from Crypto.Protocol.SecretSharing import Shamir\n"
        "assert Shamir.combine(Shamir.split(2, 3, b'k' * 16)[1:]) == b'k' * 16\n"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, encoding="utf-8")
    assert done.returncode == 0, done.stderr


def test_program_package_and_installer_bear_one_version() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
    script = (ROOT / "installer" / "unionoffice.nsi").read_text("utf-8")
    assert project["project"]["version"] == __version__
    assert f'!define VERSION "{__version__}"' in script


def test_windows_takes_every_resource_name() -> None:
    reserved = re.compile(r'(?i)^(con|prn|aux|nul|com\d|lpt\d)(\.|$)|[<>:"|?*\x00-\x1f]|[. ]$')
    paths = list(RESOURCES.rglob("*"))
    assert not [path for path in paths if reserved.search(path.name) or path.is_symlink()]
    assert len({str(path).lower() for path in paths}) == len(paths)


def test_resources_are_found_in_checkout_package_and_packed_program(tmp_path: Path) -> None:
    assert root() == ROOT / "resources"
    frozen = tmp_path / "_internal"
    (frozen / "resources").mkdir(parents=True)
    assert root(frozen / "unionoffice", str(frozen)) == frozen / "resources"
    installed = tmp_path / "site-packages" / "unionoffice"
    (installed / "resources").mkdir(parents=True)
    assert root(installed, None) == installed / "resources"


def self_check(*arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    """Run the program's self-check as a user would."""
    return subprocess.run(
        [sys.executable, "-m", "unionoffice", "--self-check", *arguments],
        cwd=ROOT,
        env={**os.environ, **environment},
        capture_output=True,
        encoding="utf-8",
    )


def test_self_check_passes_and_writes_what_it_found(tmp_path: Path) -> None:
    """The file is for Windows, where the packed program has no standard output."""
    result = tmp_path / "自检 结果.json"
    done = self_check(str(result))
    assert done.returncode == 0, done.stderr
    found = json.loads(result.read_text("utf-8"))
    assert found == json.loads(done.stdout)
    assert found["ok"]
    assert found["registers"]
    assert found["imported"]["new"] == found["imported"]["read"] > 800
    assert found["recovery_cards"] == 3
    assert {"home", "members", "welfare"} <= set(found["pages"])


def test_self_check_fails_when_the_registers_were_left_behind(tmp_path: Path) -> None:
    """The trap that a packed program falls into: it starts, and has nothing in it."""
    (tmp_path / "sitecustomize.py").write_text(
        "import pkgutil\nfound = pkgutil.iter_modules\n"
        "def none(path=None, prefix=''):\n"
        "    return iter(()) if path and 'registers' in str(path[0]) else found(path, prefix)\n"
        "pkgutil.iter_modules = none\n",
        "utf-8",
    )
    result = tmp_path / "result.json"
    done = self_check(str(result), PYTHONPATH=str(tmp_path))
    assert done.returncode == 1
    assert done.stderr.startswith("自检没有通过（程序）")
    assert json.loads(result.read_text("utf-8"))["failed"] == "程序"
