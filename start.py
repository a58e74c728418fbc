"""Sets everything up and runs the program on practice data, or all tests: `python3 start.py` / `python3 start.py test`.

Standard library only. Needs Python 3.11 or newer; on Debian it also installs Qt's system libraries through apt.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import sys
import venv
from pathlib import Path

ROOT = Path(__file__).resolve().parent
VENV = ROOT / ".venv"
WINDOWS = sys.platform == "win32"
PYTHON = VENV / ("Scripts/python.exe" if WINDOWS else "bin/python")
STAMP = VENV / "set-up.sha256"

QT_LIBRARIES = (
    "libglib2.0-0 libegl1 libgl1 libxkbcommon0 libfontconfig1 libdbus-1-3 libxcb-cursor0 libxcb-icccm4"
    " libxcb-keysyms1 libxkbcommon-x11-0 libxcb-xkb1 libxcb-shape0 libxcb-render-util0 libxcb-image0"
    " libxcb-randr0 libxcb-xfixes0 libcups2"
).split()


def main(arguments: list[str]) -> int:
    """Set up what is missing, then run the tests, the given command, or the main job on practice data."""
    if sys.version_info < (3, 11):
        say("需要 Python 3.11 或更新的版本。 Python 3.11 or newer is needed.")
        return 2
    set_up()
    if arguments[:1] == ["test"]:
        environment = {**os.environ, "QT_QPA_PLATFORM": "offscreen"}
        return subprocess.call([PYTHON, "-m", "pytest", *arguments[1:]], cwd=ROOT, env=environment)
    if arguments:
        return unionoffice(*arguments)
    practice = ROOT / "practice"
    status = unionoffice("demo", str(practice))
    if status == 0 and has_display():
        status = unionoffice("--office", str(practice / "练习.ghoffice"))
    return status


def unionoffice(*arguments: str) -> int:
    """Run the program."""
    return subprocess.call([PYTHON, "-m", "unionoffice", *arguments], cwd=ROOT)


def set_up() -> None:
    """Virtual environment, locked packages and system libraries, each only when missing."""
    wanted = hashlib.sha256(
        (ROOT / "pyproject.toml").read_bytes() + (ROOT / "constraints.txt").read_bytes() + sys.version.encode()
    ).hexdigest()
    if STAMP.exists() and STAMP.read_text("ascii") == wanted and PYTHON.exists():
        return
    say("首次运行，正在准备环境，约需一两分钟。 Setting up, this takes a minute or two.")
    packages = missing_libraries()
    if not WINDOWS and not has_ensurepip():
        packages.append("python3-venv")
    if packages:
        install(packages)
    venv.EnvBuilder(with_pip=True, clear=VENV.exists()).create(VENV)
    pip = [str(PYTHON), "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
    subprocess.check_call([*pip, "--constraint", "constraints.txt", "--editable", ".[test]"], cwd=ROOT)
    STAMP.write_text(wanted, "ascii")


def has_ensurepip() -> bool:
    """Debian splits it off into python3-venv."""
    return subprocess.run([sys.executable, "-c", "import ensurepip"], capture_output=True).returncode == 0


def missing_libraries() -> list[str]:
    """Qt's Debian packages that are not installed; none on other systems."""
    if not shutil.which("dpkg-query"):
        return []
    found = subprocess.run(
        ["dpkg-query", "-W", "-f", "${Package} ${db:Status-Status}\n"], capture_output=True, text=True
    ).stdout
    installed = {line.split()[0] for line in found.splitlines() if line.endswith(" installed")}
    renamed = {name: name + "t64" for name in ("libglib2.0-0", "libcups2")}
    return [name for name in QT_LIBRARIES if name not in installed and renamed.get(name) not in installed]


def install(packages: list[str]) -> None:
    """Install Debian packages, or say which are missing when this user may not."""
    root = os.geteuid() == 0
    if not root and not shutil.which("sudo"):
        say("请先由管理员安装： apt-get install " + " ".join(packages))
        return
    before = [] if root else ["sudo"]
    environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    subprocess.call([*before, "apt-get", "update", "-qq"], env=environment)
    subprocess.check_call(
        [*before, "apt-get", "install", "-y", "-qq", "--no-install-recommends", *packages],
        env=environment,
        stdout=subprocess.DEVNULL,
    )


def has_display() -> bool:
    """Whether a window can be opened."""
    return WINDOWS or sys.platform == "darwin" or bool(os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY"))


def say(text: str) -> None:
    """Tell the user; a console that lacks the characters shows what it can."""
    sys.stdout.buffer.write((text + "\n").encode(sys.stdout.encoding or "utf-8", "replace"))
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
