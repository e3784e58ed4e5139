"""Two to four GIs side by side, the same questions asked of each."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

from werkzeug.datastructures import MultiDict

from portal.catalogue.index import Asked, look_up
from portal.catalogue.present import GiPage
from portal.lib.text import Text

MOST_COMPARED = 4


@dataclass(frozen=True)
class Choice:
    """Which GIs to compare; `redirected` where a typed name was found and the address should say so."""

    slugs: list[str]
    redirected: bool = False
    unknown: str = ""


def read_choice(args: MultiDict) -> Choice:
    """The GIs in the address, and the one whose name was typed into the field."""
    slugs = list(dict.fromkeys(args.getlist("gi")))
    dropped = args.get("drop", "")
    if dropped:
        return Choice([slug for slug in slugs if slug != dropped][:MOST_COMPARED], redirected=True)
    typed = args.get("add", "").strip()
    if not typed:
        return Choice(slugs[:MOST_COMPARED])
    found = look_up(Asked(q=typed), filters=()).rows
    if not found:
        return Choice(slugs[:MOST_COMPARED], unknown=typed)
    added = list(dict.fromkeys([*slugs, found[0].slug]))
    return Choice(added[:MOST_COMPARED], redirected=True)


@dataclass(frozen=True)
class Row:
    """One question and each GI's answers to it; no answer at all is unknown."""

    title: Text
    cells: list[list[object]]

    @property
    def differs(self) -> bool:
        return len({repr(cell) for cell in self.cells}) > 1


def compare(pages: list[GiPage]) -> list[Row]:
    rows = [Row(title, [list(answer(page)) for page in pages]) for title, answer in QUESTIONS]
    metrics = dict.fromkeys(group.metric for page in pages for group in page.figures)
    slugs = [page.slug for page in pages]
    rows += [
        Row(title, [[answers[slug]] if slug in answers else [] for slug in slugs])
        for load in _added
        for title, answers in load(slugs)
    ]
    rows += [Row(metric, [list(_figures(page, metric)) for page in pages]) for metric in metrics]
    return [row for row in rows if any(row.cells)]


def _protections(page: GiPage) -> Iterable[object]:
    for one in page.protections:
        parts = [one.status, one.facts.get("number"), one.facts.get("holder")]
        said = [part for part in parts if part]
        zh = "，".join(part.zh if isinstance(part, Text) else part for part in said)
        en = ", ".join(part.en if isinstance(part, Text) else part for part in said)
        yield Text(f"{one.name.zh}（{zh}）", f"{one.name.en} ({en})")


def _figures(page: GiPage, metric: Text) -> Iterable[object]:
    for group in page.figures:
        if group.metric == metric:
            for figure in group.figures:
                before = figure.comparator or Text("", "")
                when = (figure.date or "")[:4]
                dated = (
                    Text(f"（{when}）", f" ({when})")
                    if when
                    else Text("（年份未写明）", " (year not stated)")
                )
                whole = figure.amount.whole
                yield Text(f"{before.zh}{whole.zh}{dated.zh}", f"{before.en} {whole.en}{dated.en}".strip())


def _area(page: GiPage) -> Iterable[object]:
    if page.area:
        yield page.area.facts["text"]


def _since(page: GiPage) -> Iterable[object]:
    dates = [one.facts["date"] for one in page.protections if one.facts.get("date")]
    if dates:
        yield min(dates)[:4]


def _brands(page: GiPage) -> Iterable[object]:
    """A brand that is only named together with the GI is not one it is known to belong to."""
    for one in page.brands:
        name = Text(one.name.zh, one.name.en)
        unconfirmed = one.facts.get("standing") == "unconfirmed"
        yield Text("{name}（归属未证实）", "{name} (unconfirmed)").format(name=name) if unconfirmed else name


def _texts(said: str) -> Callable[[GiPage], Iterable[object]]:
    return lambda page: [one.facts["text"] for one in getattr(page, said)]


QUESTIONS: tuple[tuple[Text, Callable[[GiPage], Iterable[object]]], ...] = (
    (Text("状态", "State"), lambda page: [page.standing.text]),
    (Text("产品类别", "Category"), lambda page: [page.category]),
    (Text("所在地区", "Where"), lambda page: [page.place]),
    (Text("保护", "Protections"), _protections),
    (Text("最早的日期", "Earliest date"), _since),
    (Text("产地范围", "Producing area"), _area),
    (Text("品质", "Quality"), _texts("quality")),
    (Text("标准", "Standards"), lambda page: [one.facts["number"] for one in page.standards]),
    (Text("荣誉", "Honours"), lambda page: [one.facts["name"] for one in page.honours]),
    (Text("品牌", "Brands"), _brands),
)

# For the GIs with these addresses: each question with the answers there are.
Answers = Iterable[tuple[Text, Mapping[str, object]]]
_added: list[Callable[[Sequence[str]], Answers]] = []


def add_answers(load: Callable[[Sequence[str]], Answers]) -> None:
    """Called once by a room above that can answer more of a GI."""
    _added.append(load)
