"""Producers and files for the tests of rosters; the people and GIs are those of tests/catalogue_desk.py."""

import csv
import io
from datetime import date
from pathlib import Path

from flask import current_app
from sqlalchemy import select
from sqlalchemy.orm import joinedload

from portal.accounts.models import Account
from portal.catalogue.models import Indication
from portal.db import db, transaction
from portal.lib.clock import now
from portal.lib.uscc import ORGANISATION_WEIGHTS, check_character, complete_uscc
from portal.producers import roster_imports  # noqa: F401 - names the kinds of files
from portal.producers.actions import ProducerData, RosterData, enrol
from portal.producers.imports import Incoming, approve, check_run, get_run_for, receive, store_run
from portal.producers.models import ImportRun, Producer, RosterEntry
from portal.producers.rules import ProducerKind, Reason

GOJI, SUNFLOWER = "zhongning-gouqi", "wuyuan-xiangrikui"
TOWN, OTHER_TOWN, WUYUAN = "640521100", "640521101", "150821"
TODAY = date(2026, 11, 20)
SPRING = date(2024, 5, 1)
HEADINGS = (
    "统一社会信用代码", "登记编号", "本地编号", "名称", "类型", "所在地", "联系人", "电话", "经度", "纬度",
    "所属合作社代码", "同意公开姓名的日期", "列入日期", "离开日期", "未用标原因", "备注",
)  # fmt: skip


def code(number: int, region: str = "640521", kind: str = "91") -> str:
    return complete_uscc(f"{kind}{region}", f"DEM0Y{number:03d}")


def with_wrong_organisation(sound: str) -> str:
    """A code whose last character is right and whose seventeenth is not."""
    assert len(ORGANISATION_WEIGHTS) == 8
    seventeen = sound[:16] + ("1" if sound[16] != "1" else "2")
    return seventeen + check_character(seventeen)


def firm(number: int = 1, name: str = "红果枸杞有限公司（演示）", **more: object) -> ProducerData:
    kind = more.pop("kind", ProducerKind.COMPANY)
    return ProducerData(name, kind, more.pop("adcode", TOWN), uscc=code(number), **more)


def household(name: str = "张三（演示）", **more: object) -> ProducerData:
    return ProducerData(name, ProducerKind.HOUSEHOLD, more.pop("adcode", TOWN), **more)


def indication(slug: str = GOJI) -> Indication:
    return db.session.scalars(select(Indication).where(Indication.slug == slug)).one()


def put_on(official: Account, producer: ProducerData, slug: str = GOJI, **more: object) -> int:
    """The number of a new line of a roster."""
    line = RosterData(
        more.get("place", producer.adcode),
        more.get("from_on", SPRING),
        reason=more.get("reason", Reason.NOT_APPLIED),
    )
    with transaction():
        return enrol(official, indication(slug), producer, line, TODAY).id


def entry(number: int) -> RosterEntry:
    db.session.rollback()
    return db.session.get_one(RosterEntry, number, options=[joinedload(RosterEntry.producer)])


def producer_named(name: str) -> Producer:
    db.session.rollback()
    return db.session.scalars(select(Producer).where(Producer.name == name)).one()


# ---- files


def row(**cells: str) -> dict[str, str]:
    """A sound row of a household, with some cells changed."""
    usual = {"名称": "张三（演示）", "类型": "农户", "所在地": TOWN, "列入日期": "2024-05-01"}
    usual = dict.fromkeys(HEADINGS, "") | usual | {"未用标原因": "尚未申请"}
    return usual | cells


def csv_of(
    rows: list[dict[str, str]], encoding: str = "utf-8-sig", headings: tuple[str, ...] = HEADINGS
) -> bytes:
    text = io.StringIO(newline="")
    writer = csv.DictWriter(text, headings, extrasaction="ignore")
    writer.writeheader()
    writer.writerows(rows)
    return text.getvalue().encode(encoding, "replace")


def received(
    official: Account | None, content: bytes, slug: str | None = GOJI, kind: str = "roster", region: str = ""
) -> int:
    """A file that came in and was checked; the number of its run."""
    region = region or (official.region if official else "000000")
    gi = indication(slug).id if slug else None
    with transaction():
        run = receive(official, Incoming(kind, "名录.csv", [content], region, gi, SPRING), now())
        number = run.id
    check_run(number)
    return number


def run_of(number: int) -> ImportRun:
    db.session.rollback()
    return db.session.get_one(ImportRun, number)


def stored(official: Account, content: bytes, **more: object) -> ImportRun:
    """A file that was checked, approved and stored."""
    number = received(official, content, **more)
    with transaction():
        run = get_run_for(official, number)
        approve(official, run, run.version)
    store_run(number)
    return run_of(number)


def imports_folder() -> Path:
    return current_app.config["SETTINGS"].data_dir / "imports"
