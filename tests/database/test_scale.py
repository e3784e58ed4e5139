"""A large register costs a page as many queries as a small one; the made-up register is loaded whole."""

import csv
import json
from datetime import date
from itertools import accumulate
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from gi_data import bench_files as gi_files
from gi_data.bench_users import BenchUser, UserJudge
from portal.authorisation.models import Licence, LicenceSpell
from portal.catalogue.models import AreaUnit, Indication, IndicationRegion, Outline, Protection
from portal.cli.bench import refuse_if_used
from portal.cli.bench_loading import load_counties, load_gis, load_producers, load_returns
from portal.cli.bench_publishing import publish_years
from portal.cli.bench_users import Known, good_users, known_gis, load_licences
from portal.db import db, transaction
from portal.lib.clock import now
from portal.lib.uscc import ALPHABET, ORGANISATION_WEIGHTS, WEIGHTS
from portal.producers.models import Producer, RosterEntry
from portal.ratios.models import PublishedRatio
from portal.register.actions import PORTAL, record
from portal.register.verify import verify_log
from portal.returns.models import AnnualReturn
from portal.storing import insert_rows
from tests.conftest import gather_statistics
from tests.map_setting import lay_map
from tests.services.statements import statements_asked

TODAY = date(2026, 11, 21)
COUNTY = "640521"
HEADINGS = {
    "counties": "adcode,name,province,lon,lat",
    "gis": "id,name,pinyin,kind,category,counties,status,reg_no,reg_date,holder",
    "producers": "id,gi_id,uscc,name,county",
    "users": "id,uscc,name,county,gi_id,licence_no,valid_from,valid_to,status",
    "returns": "gi_id,producer_id,year,output_t,value_wan,mark_wan",
}


def made_up_uscc(serial: int) -> str:
    digits = f"{serial:08d}"
    rest = (11 - sum(int(c) * w for c, w in zip(digits, ORGANISATION_WEIGHTS, strict=True)) % 11) % 11
    body = f"91{COUNTY}{digits}{'X' if rest == 10 else rest}"
    total = sum(ALPHABET.index(c) * w for c, w in zip(body, WEIGHTS, strict=True))
    return body + ALPHABET[(31 - total % 31) % 31]


def write_register(folder: Path, gis: int) -> Path:
    """Each GI with two producers, of which the first is authorised and sells 60 under the mark of 100."""
    folder.mkdir()
    rows: dict[str, list] = {name: [] for name in HEADINGS}
    rows["counties"].append([COUNTY, "中宁县", "宁夏", 105, 37])
    features = []
    for n in range(1, gis + 1):
        rows["gis"].append([
            n, f"平安果{n}", f"pinganguo{n}", "地理标志产品", "水果", COUNTY, "有效", f"GI{n}", "2020-01-01",
            "某协会",
        ])  # fmt: skip
        ring = [[105 + n / 1e4, 37], [105.1 + n / 1e4, 37], [105.1, 37.1], [105 + n / 1e4, 37]]
        shape = {"type": "Polygon", "coordinates": [ring]}
        features.append(json.dumps({"type": "Feature", "id": n, "geometry": shape}, separators=(",", ":")))
        for p in (2 * n - 1, 2 * n):
            code = made_up_uscc(p)
            rows["producers"].append([p, n, code, f"第{p}有限公司", COUNTY])
            rows["returns"].append([n, p, 2025, "10.00", "50.00", "60.00" if p % 2 else "0.00"])
        rows["returns"][-2][4] = "60.00"
        rows["returns"][-1][4] = "40.00"
        rows["users"].append([
            n, made_up_uscc(2 * n - 1), f"第{2 * n - 1}有限公司", COUNTY, n, f"GB{n}",
            "2022-01-01", "2032-01-01", "有效",
        ])  # fmt: skip
    for name, heading in HEADINGS.items():
        with (folder / f"{name}.csv").open("w", encoding="utf-8", newline="") as file:
            csv.writer(file).writerows([heading.split(","), *rows[name]])
    (folder / "areas.geojson").write_text("\n".join(features), encoding="utf-8")
    return folder


def load(folder: Path) -> None:
    known = Known()
    with transaction():
        load_counties(folder)
        load_gis(gi_files.read_gis(folder), TODAY)
    known.gis = known_gis()
    users = list(good_users(folder / "users.csv"))
    with transaction():
        load_producers(list(gi_files.read_producers(folder)), known)
        load_licences(users, known, now(), len(users))
        load_returns(gi_files.read_returns(folder), known, now())
    publish_years([2025], TODAY, now())


PAGES = (
    "/gi/?sort=number",
    "/api/v1/gis?q=pingan&within=name&per_page=20",
    "/gi/3",
    "/api/v1/gis/3",
    "/ratios/list.json?year=2025",
    "/api/v1/ratios/3",
    "/ratios/?year=2025",
    "/api/v1/ratios?year=2025",
    "/gi/suggest?q=pingan",
    "/api/v1/locate?lon=105.05&lat=37.03",
    "/map/found.json?q=pingan",
    "/announcements/",
    "/log/",
    "/sitemap.xml",
    # With the day first the view answers; the front desk asks one statement whatever the size.
    f"/api/v1/verify?on=2025-12-31&gi=3&uscc={made_up_uscc(5)}",
)


def queries_by_page(client: FlaskClient) -> dict[str, int]:
    """Of the second visit under another language, so that what a worker keeps in memory is made."""
    counts = {}
    for page in PAGES:
        mark = "&" if "?" in page else "?"
        assert client.get(page).status_code == 200, page
        with statements_asked() as asked:
            client.get(page, headers={"Accept-Language": "en"})
        counts[page + mark] = len(asked)
    return counts


def test_a_page_asks_the_database_as_often_for_five_thousand_gis_as_for_forty(
    app: Flask, client: FlaskClient, tmp_path: Path
) -> None:
    lay_map(app)
    load(write_register(tmp_path / "few", FEW))
    say_loaded()
    few = queries_by_page(client)
    with transaction() as work:
        multiply_by(work, MANY // FEW)
    say_loaded()
    gather_statistics()
    assert client.get("/api/v1/gis").json["total"] == MANY
    assert len(client.get("/ratios/list.json?year=2025").json["items"]) == MANY
    assert queries_by_page(client) == few


def say_loaded() -> None:
    """An entry of every kind that a page counts by."""
    with transaction():
        for subject in ("gi:1", "producer:x", "roster:1/x", "licence:GB1", "return:1/2025", "ratio:1/2025"):
            record(PORTAL, "loaded", subject, {"rows": {"from": None, "to": 1}})


FEW, MANY = 40, 5_000
MULTIPLIED = (
    Indication, Protection, IndicationRegion, AreaUnit, Outline, Producer, RosterEntry, Licence,
    LicenceSpell, AnnualReturn, PublishedRatio,
)  # fmt: skip
POINTING = {
    "indication_id": Indication, "protection_id": Protection, "producer_id": Producer, "licence_id": Licence,
}  # fmt: skip
NAMED = ("slug", "number", "uscc")


def multiply_by(work: Session, times: int) -> None:
    """Every GI again and again, with everything that hangs on it: the rows alone, without entries."""
    most = {model: work.scalar(select(func.max(model.id))) for model in MULTIPLIED if hasattr(model, "id")}
    for model in MULTIPLIED:
        rows = [dict(row) for row in work.execute(select(model.__table__)).mappings()]
        for copy in range(1, times):
            insert_rows(work, model.__table__, [_again(model, row, copy, most) for row in rows])


def _again(model: type, row: dict, copy: int, most: dict) -> dict:
    moved = {
        name: value + copy * most[POINTING[name]]
        for name, value in row.items()
        if name in POINTING and value is not None
    }
    if model in most:
        moved["id"] = row["id"] + copy * most[model]
    named = {
        name: f"{copy:06}{row[name][6:]}" if len(row[name]) == 18 else f"{row[name]}x{copy}"
        for name in NAMED
        if row.get(name) and model is not Protection
    }
    return row | moved | named


def test_everything_in_the_files_stands_in_the_register_with_its_entries(
    app: Flask, client: FlaskClient, tmp_path: Path
) -> None:
    load(write_register(tmp_path / "few", 5))
    for model, number in ((Indication, 5), (Outline, 5), (RosterEntry, 10), (Licence, 5)):
        assert db.session.scalar(select(func.count()).select_from(model)) == number
    assert all(db.session.scalars(select(Indication.demo)))
    answer = client.get(f"/api/v1/verify?uscc={made_up_uscc(3)}&gi=2&on=2025-12-31").json
    assert answer["answer"] == "authorised"
    other = client.get(f"/api/v1/verify?uscc={made_up_uscc(4)}&gi=2&on=2025-12-31").json
    assert other["answer"] == "not_authorised"
    assert verify_log().sound


def test_the_shares_of_a_year_in_one_answer_are_the_published_ones(
    app: Flask, client: FlaskClient, tmp_path: Path
) -> None:
    load(write_register(tmp_path / "few", 5))
    whole = {row["gi"]: row for row in client.get("/ratios/list.json?year=2025").json["items"]}
    paged = client.get("/api/v1/ratios?year=2025").json["items"]
    assert len(whole) == len(paged) == 5
    for one in paged:
        row = whole[one["gi"]]
        assert (row["users_share"], row["output_share"], row["mark_share"]) == (
            one["users"]["share"],
            one["output"]["share"],
            one["mark_value"]["share"],
        )
    assert whole["1"]["mark_share"] == 0.6
    correct_share("1", mark_value=whole["1"]["output_d"])
    again = {row["gi"]: row for row in client.get("/ratios/list.json?year=2025").json["items"]}
    assert (again["1"]["edition"], again["1"]["mark_share"]) == (2, 1.0)
    assert list(again) == list(whole)
    assert {gi: row for gi, row in again.items() if gi != "1"} == {
        gi: row for gi, row in whole.items() if gi != "1"
    }


def correct_share(slug: str, **changes: object) -> None:
    """A second edition beside the one that stands."""
    with transaction() as work:
        first = work.scalars(select(PublishedRatio).join(Indication).where(Indication.slug == slug)).one()
        columns = [column.name for column in PublishedRatio.__table__.columns if column.name != "id"]
        values = {name: getattr(first, name) for name in columns}
        work.add(PublishedRatio(**(values | {"edition": 2, "inputs_digest": "f" * 64} | changes)))
        record(PORTAL, "published", f"ratio:{slug}/2025", {"edition": {"from": 1, "to": 2}})


def test_a_database_in_which_gis_stand_is_refused(app: Flask, tmp_path: Path) -> None:
    refuse_if_used()
    load(write_register(tmp_path / "few", 1))
    with pytest.raises(SystemExit, match="not empty"):
        refuse_if_used()


def test_each_kind_of_bad_row_of_a_file_of_users_is_named() -> None:
    judge = UserJudge(frozenset({"1"}), frozenset({COUNTY}), set())
    code = made_up_uscc(1)
    good = BenchUser(code, "第1有限公司", COUNTY, "1", "GB1", "2022-01-01", "2032-01-01", "有效")
    assert judge.fault(good) is None
    wrong = {
        "bad_uscc": {"uscc": code[:-1] + ("A" if code[-1] != "A" else "B")},
        "bad_gi": {"gi": "2"},
        "bad_dates": {"valid_from": "2033-01-01"},
        "bad_county": {"county": "640599"},
        "duplicate": {},
    }
    assert {name: judge.fault(good._replace(**change)) for name, change in wrong.items()} == {
        n: n for n in wrong
    }


def test_the_country_is_drawn_from_few_points_and_a_square_finely(
    app: Flask, client: FlaskClient, tmp_path: Path
) -> None:
    load(write_register(tmp_path / "few", 40))
    told = client.get("/map/outlines.json").json
    ids = list(accumulate(told["ids"]))
    assert len(set(ids)) == len(told["rings"].split("\n")) == 40
    west, south = (next(accumulate(told[name])) / told["unit"] for name in ("west", "south"))
    square = f"{west // 2 * 2:.0f}_{south // 2 * 2:.0f}"
    fine = client.get(f"/map/outlines/{square}.json").json["features"]
    assert sorted(one["id"] for one in fine) == sorted(ids)
    assert client.get("/map/outlines/0_0.json").json["features"] == []
    assert client.get("/map/outlines/here.json").status_code == 404


def test_a_new_outline_is_on_the_map_at_once(app: Flask, client: FlaskClient, tmp_path: Path) -> None:
    load(write_register(tmp_path / "few", 2))
    before = client.get("/map/outlines.json").json
    with transaction():
        outline = db.session.scalars(select(Outline).limit(1)).one()
        outline.ended_on = TODAY
        record(PORTAL, "amended", "gi:1", {"outline": {"from": "x", "to": None}})
    assert len(before["ids"]) == 2
    assert len(client.get("/map/outlines.json").json["ids"]) == 1
