"""Sets everything up and runs the main job on practice data, or all tests: `python3 start.py`, `python3 start.py test`.

Any other arguments go to the program: `python3 start.py --office FILE find 张`.

Standard library only. Needs Python 3.11 or newer; on Debian it also installs what Python and Qt lack there, through
apt. A set-up that was interrupted starts anew; one that is complete costs a later run nothing.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

ROOT = Path(__file__).resolve().parent
VENV = ROOT / ".venv"
WINDOWS = sys.platform == "win32"
PYTHON = VENV / ("Scripts/python.exe" if WINDOWS else "bin/python")
DONE = VENV / "set-up.done"
UNFINISHED = VENV / "set-up.unfinished"
LOG = ROOT / "set-up.log"
PRACTICE = ROOT / "practice"
LONGEST_ROOT = 100
"""Longer folder names than this take PySide6's own files past the 260 characters that Windows allows."""

QT_LIBRARIES = (
    *("libglib2.0-0", "libegl1", "libgl1", "libxkbcommon0", "libfontconfig1", "libdbus-1-3", "libcups2"),
    *("libxcb-cursor0", "libxcb-icccm4", "libxcb-keysyms1", "libxkbcommon-x11-0", "libxcb-xkb1", "libxcb-shape0"),
    *("libxcb-render-util0", "libxcb-image0", "libxcb-randr0", "libxcb-xfixes0"),
)
"""Debian's packages that Qt's Linux wheel loads and does not bring along."""


class Stop(Exception):
    """Why set-up cannot go on, for the user."""


def main(arguments: Sequence[str]) -> int:
    """Set up what is missing, then run the tests, the given command, or the main job on practice data."""
    try:
        set_up()
    except Stop as why:
        say(str(why))
        return 1
    except OSError as fault:
        say(
            f"准备没有完成：{fault}。请检查磁盘空间，并把程序放在自己能写的文件夹里再运行一次。"
            " Set-up failed: check disk space and permissions, then run it again."
        )
        return 1
    if arguments[:1] == ["test"]:
        install_for_tests()
        environment = {**os.environ, "QT_QPA_PLATFORM": "offscreen"}
        return subprocess.call([PYTHON, "-m", "pytest", *arguments[1:]], cwd=ROOT, env=environment)
    if arguments:
        return unionoffice(*arguments, folder=Path.cwd())
    status = unionoffice("demo", str(PRACTICE))
    if status == 0 and has_display():
        status = unionoffice("--office", str(PRACTICE / "练习.ghoffice"))
        if status != 0:
            say(f"窗口没有打开，名单、PDF 和 Excel 在这里： No window could be opened, the files are here: {PRACTICE}")
    return status


def unionoffice(*arguments: str, folder: Path = ROOT) -> int:
    """Run the program in `folder`."""
    return subprocess.call([PYTHON, "-m", "unionoffice", *arguments], cwd=folder)


def set_up() -> None:
    """Virtual environment, locked packages and system libraries, each only when missing. Raises Stop."""
    if sys.version_info < (3, 11):  # noqa: UP036 - whoever starts this may have an older one
        raise Stop("需要 Python 3.11 或更新的版本。 Python 3.11 or newer is needed.")
    if sys.maxsize < 2**32:
        raise Stop("需要 64 位的 Python。 A 64-bit Python is needed.")
    wanted = state()
    if DONE.exists() and DONE.read_text("ascii") == wanted and PYTHON.exists():
        return
    if WINDOWS and len(str(ROOT)) > LONGEST_ROOT:
        raise Stop(f"文件夹的位置太长：{ROOT}。请移到较短的位置，如 D:\\gh。 This path is too long for Windows.")
    say("第一次运行，正在准备，约需一两分钟。 Setting up, this takes a minute or two.")
    LOG.unlink(missing_ok=True)
    install_from_debian()
    make_environment()
    install_packages()
    DONE.write_text(wanted, "ascii")
    UNFINISHED.unlink()
    LOG.unlink(missing_ok=True)
    say("准备好了。 Ready.")


def state() -> str:
    """Changes whenever set-up has something to do: other locked versions, another Python, another folder."""
    files = [(ROOT / name).read_bytes() for name in ("pyproject.toml", "constraints.txt", "start.py")]
    return hashlib.sha256(b"\0".join([*files, sys.version.encode(), os.fsencode(ROOT)])).hexdigest()


def make_environment() -> None:
    """The virtual environment; one that is sound is kept, one whose set-up broke off is thrown away first."""
    if VENV.exists() and (UNFINISHED.exists() or not sound()):
        shutil.rmtree(VENV)
    fresh = not VENV.exists()
    VENV.mkdir(exist_ok=True)
    DONE.unlink(missing_ok=True)
    UNFINISHED.touch()
    if fresh:
        say("正在建立运行环境… Making the environment…")
        run(
            [sys.executable, "-m", "venv", str(VENV)],
            "运行环境没有建成。 The virtual environment could not be made.",
        )


def sound() -> bool:
    """Whether the environment's Python runs, has pip, and is of this Python's version."""
    version = f"{sys.version_info.major}.{sys.version_info.minor}"
    question = "import sys, pip; print('%d.%d' % sys.version_info[:2])"
    try:
        answer = subprocess.run([PYTHON, "-c", question], capture_output=True, text=True)
    except OSError:
        return False
    return answer.returncode == 0 and answer.stdout.strip() == version


def install_packages() -> None:
    """The locked versions of what pyproject.toml asks for, then the program itself, from this folder."""
    import tomllib

    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
    extras = project["project"]["optional-dependencies"]["test"]
    wanted = [*project["project"]["dependencies"], *extras, *project["build-system"]["requires"]]
    pip = [str(PYTHON), "-m", "pip", "install", "--disable-pip-version-check", "--no-input", "--progress-bar", "off"]
    say("正在下载并安装组件（约 150 MB）… Downloading and installing packages (about 150 MB)…")
    run(
        [*pip, "--constraint", "constraints.txt", *wanted],
        "组件没有装成。请检查网络；单位用代理上网的，先设好环境变量 HTTPS_PROXY 再运行一次。"
        " Packages could not be installed: check the network, set HTTPS_PROXY behind a proxy, then run it again.",
    )
    run(
        [*pip, "--no-deps", "--no-build-isolation", "--editable", "."],
        "程序没有装成。 The program could not be installed.",
    )


def install_from_debian() -> None:
    """What Debian splits off from Python, and Qt's system libraries; nothing on other systems.

    Raises Stop when Python's part is missing; without Qt's libraries everything works but the window.
    """
    if WINDOWS or not shutil.which("dpkg-query"):
        return
    packages = missing_libraries()
    if not has_ensurepip():
        packages.append("python3-venv")
    if not packages:
        return
    by_hand = "apt-get install " + " ".join(packages)
    apt_install(packages)
    if not has_ensurepip():
        raise Stop(f"缺少 python3-venv。请检查网络，或由管理员执行： Check the network, or as root: {by_hand}" + tail())
    if missing_libraries():
        say(f"窗口需要的系统组件没有装全，请由管理员执行： The window needs this, as root: {by_hand}")


def install_for_tests() -> None:
    """What only tests want of Debian: without it those that replay a power cut are left out, which is told.

    Looked for at every run of the tests, not at set-up: who works with the program needs none of it.
    """
    if WINDOWS or not shutil.which("dpkg-query") or shutil.which("strace"):
        return
    apt_install(["strace"])
    if shutil.which("strace"):
        LOG.unlink(missing_ok=True)
        return
    say(
        "没有 strace，断电的测试不做；由管理员执行： The tests of power cuts are left out without it, as root:"
        " apt-get install strace"
    )


def apt_install(packages: Sequence[str]) -> None:
    """Install Debian packages as root or by sudo, where either can be had; the caller looks whether they came."""
    root = os.geteuid() == 0
    if root or shutil.which("sudo"):
        say("正在安装系统组件… Installing system packages…")
        apt = ["apt-get", "-q", "-o", "DPkg::Lock::Timeout=300"]
        before = ["env", "DEBIAN_FRONTEND=noninteractive", *apt] if root else ["sudo", *apt]
        logged([*before, "update"])
        logged([*before, "install", "-y", "--no-install-recommends", *packages])


def has_ensurepip() -> bool:
    """Debian splits it off into python3-venv."""
    return subprocess.run([sys.executable, "-c", "import ensurepip, venv"], capture_output=True).returncode == 0


def missing_libraries() -> list[str]:
    """Qt's Debian packages that are not installed, also not under the names of newer releases."""
    found = subprocess.run(
        ["dpkg-query", "-W", "-f", "${Package} ${db:Status-Status}\n"], capture_output=True, text=True
    ).stdout
    installed = {line.split()[0] for line in found.splitlines() if line.endswith(" installed")}
    return [name for name in QT_LIBRARIES if not installed & {name, name + "t64"}]


def run(command: Sequence[str], fault: str) -> None:
    """Run one step of set-up quietly. Raises Stop with `fault` and the end of the log when it fails."""
    if logged(command) != 0:
        raise Stop(fault + tail())


def logged(command: Sequence[str]) -> int:
    """Run a command with its output in the log; returns its status."""
    with LOG.open("ab") as log:
        return subprocess.call(command, cwd=ROOT, stdin=None, stdout=log, stderr=subprocess.STDOUT)


def tail() -> str:
    """What the log says about a failed step, and where it lies.

    Without network pip complains at last about versions that do not fit, so a word about the connection goes first.
    """
    lines = LOG.read_text(errors="replace").strip().splitlines() if LOG.exists() else []
    broken = [line for line in lines if "connection broken" in line or "Could not fetch" in line]
    return "\n" + "\n".join([*(broken[-1:] or lines[-5:]), f"记录： Log: {LOG}"])


def has_display() -> bool:
    """Whether a window can be opened."""
    return WINDOWS or sys.platform == "darwin" or bool(os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY"))


def say(text: str) -> None:
    """Tell the user; a console that lacks the characters shows what it can."""
    encoding = sys.stdout.encoding or "utf-8"
    sys.stdout.write(text.encode(encoding, "replace").decode(encoding) + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    try:
        sys.exit(main(sys.argv[1:]))
    except KeyboardInterrupt:
        say("已中断。再运行一次会接着做。 Interrupted. Run it again to go on.")
        sys.exit(130)
