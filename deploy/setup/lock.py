"""Pin every package anew, with digests and without the name of any registry's host."""

import json

from assets import find_npm
from commands import ROOT, run
from packages import BIN

LOCKS = ("requirements", "requirements-dev", "requirements-node")
# One set of versions for Python 3.11 and later, on every processor that has ready-built packages.
COMPILE = (
    "pip", "compile", "--quiet", "--universal", "--fork-strategy", "fewest", "--python-version", "3.11",
    "--generate-hashes", "--no-header", "--no-annotate", "--no-emit-index-url", "--no-emit-find-links",
)  # fmt: skip


def main() -> None:
    for name in LOCKS:
        command = [str(BIN / "uv"), *COMPILE, f"{name}.in", "-o", f"{name}.txt"]
        run(command, what=f"Pinning {name}.in")
    npm, environ = find_npm()
    run([npm, "install", "--package-lock-only"], what="Pinning package.json", environ=environ)
    _drop_addresses()


def _drop_addresses() -> None:
    """npm copies into the lock where a package takes donations; a lock of ours names no address."""
    path = ROOT / "package-lock.json"
    lock = json.loads(path.read_text(encoding="utf-8"))
    for entry in lock["packages"].values():
        entry.pop("funding", None)
    path.write_text(json.dumps(lock, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")


if __name__ == "__main__":
    print(f"Pinning in {ROOT.name}")
    main()
