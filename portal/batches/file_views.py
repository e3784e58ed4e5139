"""/workbench/batches/file and …/epcis: many events at once."""

import tempfile
from pathlib import Path

from flask import Response, render_template, request
from flask.typing import ResponseReturnValue

from gi_data.sheet_writing import CSV_TYPE, XLSX_TYPE, csv_lines, xlsx_bytes
from portal.accounts.visitor_views import me
from portal.authorisation.queries import get_producer_of, producers_of
from portal.batches import own_views  # noqa: F401 - puts its pages on the blueprint
from portal.batches.epcis_in import REFUSED, read_document
from portal.batches.epcis_storing import Imported, store_document
from portal.batches.files import COLUMNS, FileRefused, FileResult, record_file
from portal.batches.queries import gis_of
from portal.batches.views import blueprint
from portal.catalogue.queries import get_indication
from portal.db import transaction
from portal.language import current_language
from portal.lib.clock import now, today
from portal.lib.problems import NotFound, RuleBroken
from portal.lib.text import Text
from portal.producers.exports import template_notes

MOST_BYTES = 5 * 1024 * 1024
TOO_LARGE = Text("文件超过 5 MB", "The file is over 5 MB")


@blueprint.get("/template.<form>")
def template(form: str) -> Response:
    language = current_language()
    headings = [column.title.say(language) for column in COLUMNS]
    if form == "csv":
        body, media = b"".join(csv_lines(headings, [])), CSV_TYPE
    elif form == "xlsx":
        title = Text("批次事件", "Events of batches").say(language)
        notes_title = Text("填写说明", "How to fill in").say(language)
        notes = template_notes(COLUMNS, language)
        body, media = xlsx_bytes(title, headings, [], notes=notes, notes_title=notes_title), XLSX_TYPE
    else:
        raise NotFound(Text("没有这个模板", "There is no such template"))
    name = f'attachment; filename="batch-events.{form}"'
    return Response(body, content_type=media, headers={"Content-Disposition": name})


@blueprint.route("/file", methods=["GET", "POST"])
def upload() -> ResponseReturnValue:
    if request.method == "GET":
        return _file_page()
    sent = request.files.get("file")
    content = sent.read(MOST_BYTES + 1) if sent else b""
    if not content or len(content) > MOST_BYTES:
        fault = TOO_LARGE if content else Text("请选文件", "Choose a file")
        return _file_page(fault=fault), 400
    ending = ".xlsx" if (sent.filename or "").lower().endswith(".xlsx") else ".csv"
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / f"sheet{ending}"
        path.write_bytes(content)
        try:
            with transaction():
                result = record_file(me(), path, now())
                if request.form.get("step") == "check":
                    raise FileRefused(result)
        except FileRefused as refused:
            page = _file_page(refused.result, stored=False)
            return (page, 400) if refused.result.findings else page
    return _file_page(result, stored=True)


def _file_page(result: FileResult | None = None, stored: bool = False, fault: Text | None = None) -> str:
    return render_template("batches/file.html", result=result, stored=stored, fault=fault, columns=COLUMNS)


# ---- EPCIS


@blueprint.route("/epcis", methods=["GET", "POST"])
def import_epcis() -> ResponseReturnValue:
    if request.method == "GET":
        return _epcis_page()
    sent = request.files.get("file")
    content = sent.read(MOST_BYTES + 1) if sent else b""
    if not content or len(content) > MOST_BYTES:
        fault = TOO_LARGE if content else Text("请选文件", "Choose a file")
        return _epcis_page(faults={"": fault}), 400
    events, faults = read_document(content)
    if faults:
        return _epcis_page(faults=faults), 400
    form = request.form
    try:
        with transaction():
            producer = get_producer_of(me(), form.get("producer", ""), today())
            indication = get_indication(form.get("gi", ""))
            done = store_document(me(), producer, events, indication, form.get("goods", "").strip(), now())
    except RuleBroken as refusal:
        return _epcis_page(faults=refusal.fields or {"": refusal.message or REFUSED}), 400
    return _epcis_page(done=done)


def _epcis_page(done: Imported | None = None, faults: dict[str, Text] | None = None) -> str:
    producers = producers_of(me(), today())
    gis = {one.slug: one for producer in producers for one in gis_of(producer.id, today())}
    return render_template(
        "batches/epcis.html",
        producers=producers,
        gis=[(slug, one.name) for slug, one in gis.items()],
        done=done,
        faults=faults or {},
        typed=request.form,
    )
