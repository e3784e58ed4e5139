"""Write what the side-by-side benchmark measured into docs/performance.md: table.py PRODUCT.toml [options].

Each product file has its own part of the document, between two marks; everything else stays as it is. A run
of some items only writes nothing.
"""

import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from statistics import median

from goals import AT_ONCE, HEADINGS, ITEMS, NGINX_GOAL, PLAIN, SCALING, SPREAD, Goal

ROOT = Path(__file__).resolve().parents[2]
DOCUMENT = ROOT / "docs" / "performance.md"
CONNECTIONS, WORKERS = (1, 16), (1, 2)
PRODUCT = "product"

Results = dict[str, dict[str, dict[str, list[dict[str, float]]]]]


def main(product: str, options: list[str]) -> None:
    if any(one.startswith(("--items", "--skip")) for one in options):
        print("Some items only: docs/performance.md stays as it is.")
        return
    work = Path(os.environ.get("WORK") or Path(tempfile.gettempdir()) / "portal-bench")
    newest = max(work.glob("results-*.json"), key=lambda path: path.stat().st_mtime)
    results = json.loads(newest.read_text(encoding="utf-8"))
    scale = newest.name.split("-")[1]
    measured = datetime.fromtimestamp(newest.stat().st_mtime, UTC).date().isoformat()
    name = Path(product).stem
    lines = [
        f"{HEADINGS[name]}, {measured}, commit {_commit()}, scale {scale}",
        "",
        f"Repeats: {_repeats(results)}, after one that is not kept. All answer checks passed. Each system at",
        "its better of one and two workers; above 1: the portal is faster.",
        "",
        *(_behind_nginx(results) if name == "behind-nginx" else _side_by_side(results)),
    ]
    _put(name, "\n".join(lines))
    print(f"{DOCUMENT.relative_to(ROOT)}: the part of {name} is written anew from {newest}")


def _put(name: str, part: str) -> None:
    begin, end = f"<!-- bench {name}: written by `make bench` -->", f"<!-- end of bench {name} -->"
    text = DOCUMENT.read_text(encoding="utf-8")
    before, _, rest = text.partition(begin)
    _, found, after = rest.partition(end)
    if not found:
        raise SystemExit(f"{DOCUMENT.name}: there is no part between {begin} and {end}")
    DOCUMENT.write_text(f"{before}{begin}\n{part}\n{end}{after}", encoding="utf-8")


def _commit() -> str:
    def git(*words: str) -> str:
        return subprocess.run(["git", *words], cwd=ROOT, capture_output=True, text=True).stdout.strip()

    changed = git("status", "--porcelain", "--untracked-files=no", "--", ":!docs")
    return (git("rev-parse", "--short", "HEAD") or "unknown") + (" with changes" if changed else "")


def _repeats(results: Results) -> int:
    ways = [by_name for by_way in results.values() for by_name in by_way.values()]
    return max(len(runs) for by_name in ways for runs in by_name.values())


# ---- what is asked many times over


def _side_by_side(results: Results) -> Iterator[str]:
    ours = "portal, 1 worker | 2 workers | p50 / p99 ms"
    yield f"| Item | connections | {ours} | to bare Flask | to Datasette | goal | |"
    yield f"|{' --- |' * 9}"
    for item, (words, goal) in ITEMS.items():
        for connections in CONNECTIONS:
            if _best(results, item, connections, PRODUCT):
                yield _row(results, item, words, connections, goal)
    yield ""
    yield "| Also | Measured | Goal | |"
    yield "| --- | --- | --- | --- |"
    yield from _spread(results)
    yield from _scaling(results)
    yield from _at_once(results)
    yield from _others(results)


def _row(results: Results, item: str, words: str, connections: int, goal: Goal) -> str:
    each = [_one(results, item, workers, connections, PRODUCT) for workers in WORKERS]
    best = _best(results, item, connections, PRODUCT)
    ratios = [_ratio(results, item, connections, peer) for peer in ("floor", "datasette")]
    wanted = (goal.flask, goal.datasette)
    told = [f"{one['rps']:,.0f}" if one else "—" for one in each]
    goals = f"Datasette {goal.datasette}" + (f", Flask {goal.flask}" if goal.flask else "")
    pairs = zip(ratios, wanted, strict=True)
    reached = all(ratio is None or not want or ratio >= want for ratio, want in pairs)
    cells = (
        words, str(connections), *told, f"{best['p50']:.2f} / {best['p99']:.1f}",
        *(f"{ratio:.2f}" if ratio else "—" for ratio in ratios), goals, _judged(reached),
    )  # fmt: skip
    return f"| {' | '.join(cells)} |"


def _one(results: Results, item: str, workers: int, connections: int, name: str) -> dict[str, float] | None:
    runs = results.get(item, {}).get(f"w{workers}c{connections}", {}).get(name)
    return {key: median(run[key] for run in runs) for key in ("rps", "p50", "p99")} if runs else None


def _best(results: Results, item: str, connections: int, name: str) -> dict[str, float] | None:
    each = (_one(results, item, workers, connections, name) for workers in WORKERS)
    return max((one for one in each if one), key=lambda one: one["rps"], default=None)


def _ratio(results: Results, item: str, connections: int, peer: str) -> float | None:
    ours, theirs = (_best(results, item, connections, name) for name in (PRODUCT, peer))
    return ours["rps"] / theirs["rps"] if ours and theirs else None


def _judged(reached: bool) -> str:
    return "reached" if reached else "**missed**"


def _spread(results: Results) -> Iterator[str]:
    for connections in CONNECTIONS:
        best = _best(results, "W2_verify", connections, PRODUCT)
        if best:
            times = best["p99"] / best["p50"]
            words = f"check of a code, p99 to p50, connections: {connections}"
            yield f"| {words} | {times:.1f} × | {SPREAD:.0f} × | {_judged(times <= SPREAD)} |"


def _scaling(results: Results) -> Iterator[str]:
    for item, (words, _) in ITEMS.items():
        told = []
        for name in (PRODUCT, "floor"):
            one, two = (_one(results, item, workers, 16, name) for workers in WORKERS)
            told.append(two["rps"] / one["rps"] if one and two else None)
        if told[0] and item in SCALING:
            floor = f"; the bare Flask program {told[1]:.2f} ×" if told[1] else ""
            goal = SCALING[item]
            measured = f"{told[0]:.2f} ×{floor} | {goal} × | {_judged(told[0] >= goal)}"
            yield f"| {words}, two workers to one at 16 connections | {measured} |"


# ---- what is asked once


def _at_once(results: Results) -> Iterator[str]:
    for item, words, wanted, reached in AT_ONCE:
        by_name = results.get(item, {}).get("once", {})
        if PRODUCT not in by_name:
            continue
        told = {name: _medians(runs) for name, runs in by_name.items()}
        peers = [name for name in told if name != PRODUCT]
        others = ", ".join(f"{PLAIN.get(name, name)} {_size(told[name])}" for name in peers)
        measured = _size(told[PRODUCT]) + (f" ({others})" if others else "")
        judged = reached(told) if reached else None
        yield f"| {words} | {measured} | {wanted} | {'' if judged is None else _judged(judged)} |"


def _medians(runs: list[dict[str, float]]) -> dict[str, float]:
    return {key: median(run.get(key, 0.0) for run in runs) for key in ("s", "mb", "rss")}


def _size(one: dict[str, float]) -> str:
    size = f", {one['mb']:.2f} MB" if one["mb"] else ""
    memory = f", peak {one['rss']:.0f} MB" if one["rss"] else ""
    return f"{one['s']:.3f} s{size}{memory}"


# ---- the other peers, and behind nginx


def _others(results: Results) -> Iterator[str]:
    known = {PRODUCT, "floor", "datasette", "office"}
    names = {name for item in ITEMS for by_name in results.get(item, {}).values() for name in by_name}
    others = sorted(names - known)
    if not others:
        return
    yield ""
    yield f"| Item | connections | {' | '.join(f'to {PLAIN.get(name, name)}' for name in others)} |"
    yield f"| --- | --- |{' --- |' * len(others)}"
    for item, (words, _) in ITEMS.items():
        for connections in CONNECTIONS:
            ratios = [_ratio(results, item, connections, name) for name in others]
            if any(ratios):
                yield f"| {words} | {connections} | {' | '.join(f'{r:.2f}' if r else '—' for r in ratios)} |"


def _behind_nginx(results: Results) -> Iterator[str]:
    yield "| Item | connections | a second | to nginx with ready files | goal | |"
    yield "| --- | --- | --- | --- | --- | --- |"
    for item, (words, _) in ITEMS.items():
        for connections in CONNECTIONS:
            best = _best(results, item, connections, PRODUCT)
            ratio = _ratio(results, item, connections, "nginx")
            if best and ratio:
                told = f"{best['rps']:,.0f} | {ratio:.2f} | {NGINX_GOAL} | {_judged(ratio >= NGINX_GOAL)}"
                yield f"| {words} | {connections} | {told} |"


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2:])
