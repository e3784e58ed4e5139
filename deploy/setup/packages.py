"""The virtual environment and the pinned Python packages in it."""

import importlib.util
import shutil
import subprocess
import sys
from pathlib import Path

from commands import ROOT, is_root, run, say, stop
from stamps import is_done, mark_done

VENV = ROOT / ".venv"
BIN = VENV / "bin"
RUN_TIME = ROOT / "requirements.txt"
FOR_TESTS = ROOT / "requirements-dev.txt"
NODE = ROOT / "requirements-node.txt"


def make_venv() -> None:
    if _works(BIN / "python"):
        return
    if not _python_can_make_venvs():
        _add_venv_to_python()
    say("Making the virtual environment .venv")
    command = [sys.executable, "-m", "venv", "--clear", str(VENV)]
    run(command, what="Making the virtual environment", quiet=True)


def install(lock: Path) -> None:
    """Install every package of a lock file; each downloaded file is checked against its digest."""
    stamp = VENV / "stamps" / lock.stem
    if is_done(stamp, [lock]):
        return
    say(f"Installing the packages of {lock.name}")
    pip = [str(BIN / "python"), "-m", "pip", "--disable-pip-version-check", "install", "--quiet"]
    command = [*pip, "--require-hashes", "--no-deps", "-r", str(lock)]
    run(command, what="Installing the packages", quiet=True)
    mark_done(stamp, [lock])


def _works(python: Path) -> bool:
    """False as well for an environment whose interpreter was since removed from the machine."""
    if not python.exists():
        return False
    return subprocess.run([python, "-c", "import pip"], capture_output=True).returncode == 0


def _python_can_make_venvs() -> bool:
    return all(importlib.util.find_spec(name) for name in ("venv", "ensurepip"))


def _add_venv_to_python() -> None:
    """Debian and Ubuntu keep these two modules of Python in a package of their own."""
    package = f"python{sys.version_info.major}.{sys.version_info.minor}-venv"
    if not (is_root() and shutil.which("apt-get")):
        stop(f"This Python cannot make virtual environments. As root: apt-get install {package}")
    from system import apt_install

    apt_install([package])
