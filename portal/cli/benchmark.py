"""`bench load | import-users | edit-return`: the made-up register of the side-by-side benchmark.

Development commands (docs/performance.md).
"""

from flask.cli import AppGroup

from portal.cli.later import Later

FILES = {"load": "bench", "edit-return": "bench", "import-users": "bench_users"}
group = Later("bench", FILES, help="The made-up register of the side-by-side benchmark (development only).")


def add_commands(cli: AppGroup) -> None:
    cli.add_command(group)
