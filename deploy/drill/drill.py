"""Starts the portal as on several machines, takes each part away, looks whether it heals."""

import os
import re
import shutil
import subprocess
import sys
import tempfile
import threading
import time
import urllib.parse
from html import unescape
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path[:0] = [str(ROOT), str(ROOT / "deploy" / "drill")]

from services import (  # noqa: E402
    APPLICATION,
    BIN,
    LOOKED_AT_AGAIN,
    OWNER,
    Postgres,
    Program,
    free_port,
    nginx,
    redis,
    wait_for,
    web_group,
)
from traffic import ADDRESSES, Seen, Written, ask, read_on, write_on  # noqa: E402

FORM = "/gi/missing"
LOOK = 3.0


class Drill:
    def __init__(self, folder: Path):
        self.folder, self.results = folder, []
        self.port = free_port()
        self.base = f"http://127.0.0.1:{self.port}"
        self.primary = Postgres("primary", folder, free_port())
        self.replica = Postgres("replica", folder, free_port())
        self.redis_port = free_port()
        self.redis = redis(folder, self.redis_port)
        self.ports = [free_port(), free_port()]
        self.environ = {
            "PORTAL_ENV": "production",
            "SECRET_KEY": "only-for-the-drill-0123456789",
            "DATA_DIR": str(folder / "data"),
            "POSTED_VERSION": str(folder / "version"),
            "BASE_URL": self.base,
            "DATABASE_URL": self.primary.url(APPLICATION),
            "READ_DATABASE_URL": self.replica.url(APPLICATION),
            "REDIS_URL": f"redis://127.0.0.1:{self.redis_port}/0",
            "TRUSTED_PROXIES": "1",
        }
        self.groups = [
            web_group(f"group-{n}", folder, port, self.environ) for n, port in enumerate(self.ports, 1)
        ]
        self.nginx = nginx(folder, self.port, self.ports)
        self.jobs = Program(
            "jobs", folder, [str(BIN / "flask"), "--app", "wsgi", "jobs", "run"], self.environ
        )
        self.seen, self.written = Seen(), Written()

    # ---- start

    def start(self) -> None:
        self.primary.make()
        self.primary.start()
        wait_for("the database starts", self.primary.ready)
        for statement in (f"CREATE ROLE {APPLICATION} LOGIN", f"CREATE DATABASE portal OWNER {OWNER}"):
            self.primary.sql(statement)
        self._flask("keys", "create")
        self._flask("setup")
        self._flask("database", "grant", APPLICATION)
        self.replica.follow(self.primary)
        for program in (self.replica, self.redis, *self.groups, self.nginx, self.jobs):
            program.start()
        wait_for("the replica starts", self.replica.ready)
        for port in self.ports:
            wait_for("a group starts", lambda p=port: ask(f"http://127.0.0.1:{p}/readyz").status == 200)
        wait_for("nginx starts", lambda: ask(self.base + "/healthz").status == 200)

    def _flask(self, *words: str) -> None:
        owner = self.environ | {"DATABASE_URL": self.primary.url(OWNER)}
        owner.pop("READ_DATABASE_URL")
        done = subprocess.run(
            [BIN / "flask", "--app", "wsgi", *words], env={**os.environ, **owner}, cwd=ROOT,
            capture_output=True, text=True,
        )  # fmt: skip
        if done.returncode:
            raise SystemExit(f"drill: flask {' '.join(words)}:\n{done.stdout[-500:]}{done.stderr[-1500:]}")
        self.last_words = done.stdout.strip()

    def stop(self) -> None:
        self.seen.stopped.set()
        for program in (self.jobs, self.nginx, *self.groups, self.redis, self.replica, self.primary):
            program.stop()

    # ---- what is found

    def found(self, what: str, right: bool, told: object = "") -> None:
        self.results.append(right)
        print(f"{'ok  ' if right else 'FAIL'} {what}{f': {told}' if told != '' else ''}", flush=True)

    def look(self, what: str, seconds: float = LOOK) -> None:
        """Let the readers read on for a while: none of them may be refused or see less than is stored."""
        asked, faults, self.seen.slowest = self.seen.asked, len(self.seen.faults), 0.0
        time.sleep(seconds)
        bad = self.seen.faults[faults:]
        told = f"{self.seen.asked - asked} pages, the slowest {self.seen.slowest:.2f} s"
        self.found(f"{what}: every page was answered", not bad and self.seen.asked > asked, bad[:3] or told)

    # ---- one form, as a person fills it in

    def open_form(self) -> tuple[dict[str, str], str]:
        page = ask(self.base + FORM)
        cookie = page.headers["Set-Cookie"].split(";")[0]
        hidden = re.findall(r'<input[^>]*type="hidden"[^>]*>', page.body)
        named = (re.search(r'name="([^"]*)"', tag)[1] for tag in hidden)
        values = (unescape(re.search(r'value="([^"]*)"', tag)[1]) for tag in hidden)
        return dict(zip(named, values, strict=True)), cookie

    def send(self, fields: dict[str, str], cookie: str) -> object:
        body = urllib.parse.urlencode(fields).encode()
        return ask(self.base + FORM, body, {"Cookie": cookie, "Referer": self.base + FORM})

    def stored(self, words: str) -> int:
        return int(self.primary.sql(f"SELECT count(*) FROM correction WHERE message = '{words}'", "portal"))

    # ---- the steps

    def everything_stands(self) -> None:
        self.look("all parts stand")
        with_version = ask(self.base + "/gi/")
        served = {ask(f"http://127.0.0.1:{port}/gi/").status for port in self.ports}
        self.found("both groups answer", served == {200})
        self.found("nginx keeps public answers", ask(self.base + "/gi/").headers.get("X-Cache") is not None)
        kept = subprocess.run(
            ["redis-cli", "-p", str(self.redis_port), "keys", "portal:*"], capture_output=True, text=True
        ).stdout
        self.found("Redis holds kept answers and knows the worker of jobs",
                   "portal:kept:" in kept and "portal:jobs:standing" in kept)  # fmt: skip
        self.found("a page says its version", "X-Register-Version" in with_version.headers)
        read = self.replica.sql("SELECT sum(idx_scan + seq_scan) FROM pg_stat_user_tables", "portal")
        self.found("the replica is read", int(read or 0) > 0, f"{read} scans")

    def without_the_database(self) -> None:
        fields, cookie = self.open_form()
        words = f"drill {time.time_ns()}"
        fields |= {"message": words, "region": "640000"}
        self.seen.may_lag = True
        before = len(self.written.accepted)
        self.primary.take_away()
        self.look("the database is away", 6)
        pages = {address: ask(self.base + address).status for address in ADDRESSES}
        self.found("each kind of page is answered", set(pages.values()) == {200}, len(pages))
        refused = self.send(fields, cookie)
        kept = re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)">', refused.body)
        again = {name: unescape(value) for name, value in kept}
        self.found("a change is refused with 503", refused.status == 503 and "Retry-After" in refused.headers)
        same = all(again.get(name) == value for name, value in fields.items() if value)
        self.found("the page holds all that was typed", same, sorted(again))
        program = ask(
            self.base + "/api/v1/account", b"{}", {"Authorization": "Bearer x", "Accept": "application/json"}
        )
        self.found("a program is told so too", program.status in (503, 404, 405), program.status)
        self.found("no entry was accepted meanwhile", len(self.written.accepted) - before <= 1)
        self.primary.start()
        took = wait_for("the database comes back", self.primary.ready)
        healed = wait_for("writing goes on", lambda: self.send(again, cookie).status == 200, 60)
        self.found("the same form, sent again, is stored once", self.stored(words) == 1,
                   f"{took:.1f} s until it answered, {healed:.1f} s more until writing went on")  # fmt: skip
        wait_for("entries are accepted again", lambda: len(self.written.accepted) > before + 5)
        self._wait_for_replica()
        self.seen.may_lag = False
        self.look("the database is back")

    def _wait_for_replica(self) -> None:
        def follows() -> bool:
            return (
                self.primary.sql("SELECT count(*) FROM pg_stat_replication WHERE state = 'streaming'") == "1"
            )

        took = wait_for("the replica follows again", follows)
        self.found("the replica follows", True, f"after {took:.1f} s")

    def without_the_replica(self) -> None:
        self.replica.take_away()
        self.look("the replica is away")
        self.replica.start()
        wait_for("the replica comes back", self.replica.ready)
        self._wait_for_replica()
        self.look("the replica is back")

    def without_redis(self) -> None:
        self.redis.take_away()
        self.look("Redis is away")
        self.redis.start()
        self.look("Redis is back")

    def without_a_group(self, which: int) -> None:
        self.groups[which].take_away()
        self.look(f"group {which + 1} is away")
        self.groups[which].start()
        wait_for("it starts", lambda: ask(f"http://127.0.0.1:{self.ports[which]}/readyz").status == 200)
        # Until nginx asks it again. That both are lost within these seconds is another drill.
        self.look(f"group {which + 1} is back", 2 * LOOKED_AT_AGAIN)

    def nothing_was_lost(self) -> None:
        rows = self.primary.sql("SELECT subject FROM register_entry WHERE subject LIKE 'drill:%'", "portal")
        turns = [int(line.partition(":")[2]) for line in rows.splitlines()]
        accepted, refused = set(self.written.accepted), set(self.written.refused)
        once = accepted <= set(turns) and len(turns) == len(set(turns))
        self.found("every accepted entry is in the log, once", once, f"{len(accepted)} entries")
        # Of what broke off while it was being stored nobody was told that it had been.
        self.found(
            "of the refused ones at most those under way", len(set(turns) & refused) <= 1, len(refused)
        )
        self._flask("register", "verify")
        self.found("the log verifies", True, self.last_words.splitlines()[-1])

    def run(self) -> int:
        began = time.monotonic()
        self.start()
        print(f"started in {time.monotonic() - began:.0f} s; logs in {self.folder}", flush=True)
        os.environ.update(self.environ)
        from portal.app import create_app

        app = create_app()
        workers = [threading.Thread(target=read_on, args=(self.base, self.seen)) for _ in range(3)]
        workers.append(threading.Thread(target=write_on, args=(app, self.seen, self.written)))
        for worker in workers:
            worker.start()
        try:
            wait_for("the first entries", lambda: len(self.written.accepted) > 5)
            self.everything_stands()
            self.without_the_database()
            self.without_the_replica()
            self.without_redis()
            self.without_a_group(0)
            self.without_a_group(1)
            self.look("all parts stand again")
        finally:
            self.seen.stopped.set()
            for worker in workers:
                worker.join()
        self.nothing_was_lost()
        right, whole, took = sum(self.results), len(self.results), time.monotonic() - began
        told = f"{self.seen.asked} pages read, {len(self.written.accepted)} entries, {took:.0f} s"
        print(f"{right} of {whole} right, {told}", flush=True)
        return 0 if all(self.results) else 1


def main() -> int:
    keep = len(sys.argv) > 1
    folder = Path(sys.argv[1] if keep else tempfile.mkdtemp(prefix="portal-drill-")).resolve()
    folder.mkdir(parents=True, exist_ok=True)
    if os.geteuid() == 0:
        shutil.chown(folder, "postgres", "postgres")
        folder.chmod(0o755)
    drill = Drill(folder)
    try:
        return drill.run()
    finally:
        drill.stop()
        if not keep:
            shutil.rmtree(folder, ignore_errors=True)


if __name__ == "__main__":
    sys.exit(main())
