"""/data/: the register whole, as files at addresses that do not change."""

import hashlib
from collections.abc import Iterator
from pathlib import Path
from xml.sax.saxutils import escape

from flask import Blueprint, Response, current_app, render_template, request, send_file, stream_with_context

from config import ROOT
from portal.api.limiting import api_limit
from portal.data import bulk, sitemap, snapshots
from portal.data.bulk import BulkFile, find_file
from portal.data.dcat import catalogue as dcat_catalogue
from portal.data.files import Kind, tables
from portal.data.kept_files import find_kept, keeping
from portal.fresh import release
from portal.language import current_language
from portal.lib.clock import today
from portal.lib.problems import NotFound
from portal.lib.text import Text
from portal.register.queries import find_head, public_version

blueprint = Blueprint("data", __name__)

CHECK_PROGRAM = ROOT / "docs" / "register_check.py"
SITEMAP = "http://www.sitemaps.org/schemas/sitemap/0.9"
NO_FILE = Text("没有这个文件", "There is no such file")
TO_THE_LIST = Text("全部文件见“数据”页", "All files are listed on the page Data")


@blueprint.get("/data/")
def show() -> Response:
    page = render_template(
        "data/show.html",
        tables=tables(),
        endings=bulk.TABLE_ENDINGS,
        area_endings=bulk.AREA_ENDINGS,
        areas=(bulk.AREAS_TITLE, bulk.AREAS_ABOUT),
        kinds=Kind.words(),
        licence=bulk.licence(),
        snapshots=snapshots.snapshots(),
        head=find_head(),
        program_digest=_digest(CHECK_PROGRAM),
    )
    # The list of snapshots does not come from the register, so its version is no key to this page.
    return Response(page, headers={"Cache-Control": "no-cache"})


@blueprint.get("/data/<name>")
@api_limit
def file(name: str) -> Response:
    found = find_file(name, current_language())
    if found is None:
        raise NotFound(NO_FILE, next_step=TO_THE_LIST)
    tag = _tag(found)
    if request.if_none_match.contains_weak(tag):
        answer = Response(status=304)
    else:
        answer = _whole(found, tag)
        answer.headers["Content-Disposition"] = f'attachment; filename="{found.name}"'
    answer.set_etag(tag, weak=True)
    answer.headers["Cache-Control"] = "public, no-cache"
    answer.headers["X-Register-Version"] = str(public_version())
    answer.headers["Cross-Origin-Resource-Policy"] = "cross-origin"
    return answer


def _whole(found: BulkFile, tag: str) -> Response:
    folder = current_app.config["SETTINGS"].data_dir / "kept-files"
    kept = find_kept(folder, found.name, tag)
    if kept is not None:
        answer = send_file(kept, conditional=False, etag=False)
        answer.headers["Content-Type"] = found.media
        return answer
    made = keeping(folder, found.name, tag, _bytes(found))
    return Response(stream_with_context(made), content_type=found.media)


def _bytes(found: BulkFile) -> Iterator[bytes]:
    for chunk in found.chunks():
        yield chunk.encode() if isinstance(chunk, str) else chunk


def _tag(found: BulkFile) -> str:
    parts = (found.name, current_language(), str(public_version()), today().isoformat(), release())
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()[:32]


@blueprint.get("/data/catalog.jsonld")
def catalogue() -> Response:
    base = current_app.config["SETTINGS"].base_url
    told = dcat_catalogue(tables(), base, bulk.licence(), today().isoformat(), public_version())
    answer = current_app.json.response(told)
    answer.mimetype = "application/ld+json"
    return answer


@blueprint.get("/data/register_check.py")
def program() -> Response:
    body = CHECK_PROGRAM.read_bytes()
    disposition = f'attachment; filename="{CHECK_PROGRAM.name}"'
    return Response(
        body, content_type="text/x-python; charset=utf-8", headers={"Content-Disposition": disposition}
    )


@blueprint.get("/data/snapshots/<month>/<name>")
def snapshot(month: str, name: str) -> Response:
    path = snapshots.find_snapshot_file(month, name)
    if path is None:
        raise NotFound(NO_FILE, next_step=TO_THE_LIST)
    answer = send_file(path, as_attachment=True, download_name=f"{month}-{name}", max_age=86400)
    answer.headers["Cache-Control"] = "public, max-age=86400"
    return answer


@blueprint.get("/sitemap.xml")
def sitemap_index() -> Response:
    base = current_app.config["SETTINGS"].base_url
    lines = [f"<sitemap><loc>{base}/sitemap/{part}.xml</loc></sitemap>" for part in sitemap.parts()]
    return _xml(f'<sitemapindex xmlns="{SITEMAP}">', lines, "</sitemapindex>")


@blueprint.get("/sitemap/<part>.xml")
def sitemap_part(part: str) -> Response:
    if part not in sitemap.parts():
        raise NotFound(NO_FILE)
    base = current_app.config["SETTINGS"].base_url
    known = {rule.rule for rule in current_app.url_map.iter_rules()}
    lines = [
        f"<url><loc>{escape(base + address)}</loc></url>"
        for address in sitemap.addresses(part)
        if part != "pages" or address in known or address.startswith("/about/")
    ]
    return _xml(f'<urlset xmlns="{SITEMAP}">', lines, "</urlset>")


def _xml(first: str, lines: list[str], last: str) -> Response:
    body = "\n".join(['<?xml version="1.0" encoding="UTF-8"?>', first, *lines, last])
    return Response(body, content_type="application/xml; charset=utf-8")


@blueprint.get("/robots.txt")
def robots() -> Response:
    closed = ("/account/", "/office/", "/workbench/", "/api/try")
    base = current_app.config["SETTINGS"].base_url
    lines = ["User-agent: *", *(f"Disallow: {path}" for path in closed), f"Sitemap: {base}/sitemap.xml", ""]
    return Response("\n".join(lines), content_type="text/plain; charset=utf-8")


def _digest(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()
