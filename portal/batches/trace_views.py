"""The page of a trace, its files and its EPCIS document: the same for a producer and for an official."""

from collections.abc import Iterator, Sequence

from flask import Response, current_app, json, render_template, request, url_for

from gi_data.sheet_writing import CSV_TYPE, XLSX_TYPE, csv_lines, xlsx_bytes
from portal.accounts.models import Account
from portal.accounts.rules import Role
from portal.authorisation.present import places_of
from portal.authorisation.queries import producers_of
from portal.batches import epcis_out, panels, present
from portal.batches.epcis import MEDIA_TYPE
from portal.batches.models import Batch
from portal.batches.picture import draw
from portal.batches.queries import events_of_many, labels_of
from portal.batches.rules import grams_text
from portal.batches.trace import Line, Trace, Way, account_of, trace
from portal.language import current_language
from portal.lib.clock import now, today
from portal.lib.problems import NotFound
from portal.lib.text import Text
from portal.paging import Page, whole_number
from portal.regions.rules import covers

PER_PAGE = 50
MOST_EVENTS = 5_000

COLUMNS = (
    Text("批次", "Batch"), Text("批号", "Lot"), Text("品名", "Goods"), Text("地理标志", "GI"),
    Text("生产者", "Producer"), Text("登记编号", "Number"), Text("所在地", "Place"), Text("环节", "Stage"),
    Text("产生日期", "Made on"), Text("重量（克）", "Weight (g)"), Text("余量（克）", "Left (g)"),
    Text("标签", "Labels"), Text("召回中", "Under recall"),
)  # fmt: skip


def way_asked() -> Way:
    asked = request.args.get("way", Way.FORWARD.value)
    return Way(asked) if asked in set(Way) else Way.FORWARD


def page(
    viewer: Account, start: Sequence[Batch], blueprint: str, title: Text | None = None, **more: object
) -> str:
    way = way_asked()
    found = trace([batch.id for batch in start], way)
    number = whole_number(request.args.get("page", ""), "page", 1, 100_000, 1)
    shown = Page(found.lines[(number - 1) * PER_PAGE :][:PER_PAGE], len(found.lines), number, PER_PAGE)
    opened = _opened(viewer, found.lines)
    return render_template(
        "batches/trace.html",
        opened=opened,
        start=start,
        title=title,
        way=way,
        ways=list(Way),
        page=shown,
        picture=draw(found, url_for(f"{blueprint}.show_list"), opened) if found.lines else None,
        account=account_of(found) if way is Way.FORWARD else None,
        names=names_for(viewer, shown.items),
        places=places_of([line.adcode for line in shown.items]),
        labels=panels.labels_by_batch(labels_of(line.id for line in shown.items)),
        recalled=sum(1 for line in found.lines if line.recall_id),
        producers=len({line.producer_id for line in found.lines}),
        blueprint=blueprint,
        grams_text=grams_text,
        present=present,
        **more,
    )


def _opened(viewer: Account, lines: Sequence[Line]) -> set[int]:
    """A trace goes past what a reader may open: what others made of it is named, not shown."""
    if viewer.role is Role.PRODUCER:
        mine = {one.id for one in producers_of(viewer, today())}
        return {line.id for line in lines if line.producer_id in mine}
    return {line.id for line in lines if covers(viewer.region, line.adcode)}


def names_for(viewer: Account, lines: Sequence[Line]) -> dict[int, str | Text]:
    """An official reads who has a batch; a producer reads its own name and those that are public."""
    if viewer.role is not Role.PRODUCER:
        return {line.id: line.producer for line in lines}
    mine = {one.id for one in producers_of(viewer, today())}
    return {
        line.id: line.producer if line.producer_id in mine or line.name_public else present.NOT_PUBLIC
        for line in lines
    }


# ---- files


def file_of(viewer: Account, found: Trace, form: str, name: str) -> Response:
    """Every batch of a trace with who has it: the list with which a recall begins."""
    if form not in ("csv", "xlsx"):
        raise NotFound(Text("没有这种文件", "There is no such file"))
    language = current_language()
    headings, rows = [column.say(language) for column in COLUMNS], list(_rows(viewer, found, language))
    if form == "csv":
        body, media = b"".join(csv_lines(headings, rows)), CSV_TYPE
    else:
        body = xlsx_bytes(Text("批次追溯", "Trace").say(language), headings, rows)
        media = XLSX_TYPE
    disposition = f'attachment; filename="{name}.{form}"'
    return Response(body, content_type=media, headers={"Content-Disposition": disposition})


def _rows(viewer: Account, found: Trace, language: str) -> Iterator[list[object]]:
    names, places = names_for(viewer, found.lines), places_of([line.adcode for line in found.lines])
    labels = panels.labels_by_batch(labels_of(line.id for line in found.lines))
    for line in found.lines:
        who = names[line.id]
        yield [
            line.code, line.lot, line.goods, line.gi.say(language),
            who.say(language) if isinstance(who, Text) else who,
            line.producer_number if isinstance(who, str) else None,
            places[line.adcode].say(language), line.stage.text.say(language), line.made_on.isoformat(),
            line.grams, line.left, labels.get(line.id), "●" if line.recall_id else None,
        ]  # fmt: skip


def epcis(viewer: Account, batch: Batch) -> Response:
    """The story of one batch from its beginning, and what became of it, as EPCIS 2.0."""
    ids = {line.id for way in Way for line in trace([batch.id], way).lines}
    events = events_of_many(sorted(ids))[:MOST_EVENTS]
    mine = {one.id for one in producers_of(viewer, today())} if viewer.role is Role.PRODUCER else None
    private = mine is None or all(event.producer_id in mine for event in events)
    base = current_app.config["SETTINGS"].base_url.rstrip("/")
    body = json.dumps(epcis_out.document(events, base, now(), private), ensure_ascii=False, indent=1)
    return Response(
        body,
        content_type=MEDIA_TYPE,
        headers={"Content-Disposition": f'attachment; filename="{batch.code}.epcis.jsonld"'},
    )
