"""The table that `make bench` writes: its own part of the document and nothing else."""

import importlib.util
import json
import sys
from pathlib import Path
from types import ModuleType

import pytest

from tests.architecture.house import ROOT

BENCH = ROOT / "deploy" / "bench"


@pytest.fixture
def table(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> ModuleType:
    monkeypatch.setattr(sys, "path", [str(BENCH), *sys.path])
    spec = importlib.util.spec_from_file_location("bench_table", BENCH / "table.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    module.DOCUMENT = tmp_path / "performance.md"
    shipped = (ROOT / "docs" / "performance.md").read_text(encoding="utf-8")
    module.DOCUMENT.write_text(shipped, encoding="utf-8")
    module.ROOT = tmp_path
    monkeypatch.setenv("WORK", str(tmp_path))
    return module


def times(*each: float) -> list[dict[str, float]]:
    return [{"rps": one, "p50": 1000 / one, "p99": 3000 / one} for one in each]


MEASURED = {
    "W3_json": {
        "w1c1": {"product": times(3000, 1000, 2000), "datasette": times(500), "nginx": times(8000)},
        "w1c16": {"product": times(1000), "datasette": times(500), "nginx": times(1500)},
        "w2c16": {"product": times(800), "datasette": times(900), "nginx": times(1500)},
    },
    "W4_fresh": {"once": {"product": [{"s": 0.2, "mb": 0.5}], "datasette": [{"s": 0.1, "mb": 0.5}]}},
}


@pytest.mark.parametrize("product", sorted(path.stem for path in BENCH.glob("*.toml")))
def test_each_product_has_its_own_part_and_leaves_the_rest_as_it_is(table: ModuleType, product: str) -> None:
    (table.ROOT / "results-nation-1.json").write_text(json.dumps(MEASURED))
    before = table.DOCUMENT.read_text(encoding="utf-8")
    table.main(f"deploy/bench/{product}.toml", ["--quick"])
    after = table.DOCUMENT.read_text(encoding="utf-8")
    begin, end = f"<!-- bench {product}: written by `make bench` -->", f"<!-- end of bench {product} -->"
    assert before.partition(begin)[0] == after.partition(begin)[0]
    assert before.partition(end)[2] == after.partition(end)[2]
    assert "one GI, JSON" in after.partition(begin)[2].partition(end)[0]


def test_ratios_are_of_the_better_number_of_workers_and_goals_are_judged(table: ModuleType) -> None:
    rows = list(table._side_by_side(MEASURED))
    assert rows[2] == ("| one GI, JSON | 1 | 2,000 | — | 0.50 / 1.5 | — | 4.00 | Datasette 2 | reached |")
    assert rows[3] == (
        "| one GI, JSON | 16 | 1,000 | 800 | 1.00 / 3.0 | — | 1.11 | Datasette 2 | **missed** |"
    )
    assert any("after a return was corrected | 0.200 s, 0.50 MB" in row and "missed" in row for row in rows)
    assert list(table._behind_nginx(MEASURED))[2:] == [
        "| one GI, JSON | 1 | 2,000 | 0.25 | 0.5 | **missed** |",
        "| one GI, JSON | 16 | 1,000 | 0.67 | 0.5 | reached |",
    ]


def test_a_run_of_some_items_writes_nothing(table: ModuleType) -> None:
    before = table.DOCUMENT.read_text(encoding="utf-8")
    table.main("deploy/bench/product.toml", ["--items", "W1"])
    assert table.DOCUMENT.read_text(encoding="utf-8") == before
