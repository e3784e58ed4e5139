"""What the pages of a draft and of a published report have in common."""

from pathlib import Path

from flask import Response

from portal.language import current_language
from portal.lib.problems import NotFound
from portal.lib.text import Text
from portal.reports import layout, queries
from portal.reports.drawing import draw
from portal.reports.drawn_svg import svg_of
from portal.reports.files import MEDIA, file_of, name_of
from portal.reports.models import AnnualReport
from portal.reports.pieces import Content


def shown(content: Content) -> dict[str, object]:
    """A report as templates/reports/pieces.html draws it."""
    language = current_language()
    return {
        "content": content,
        "numbered": layout.numbered(content),
        "captions": layout.captions(content),
        "missing": layout.missing_rows(content),
        "layout": layout,
        "drawn": {id(chart): svg_of(draw(chart, language)) for chart in content.of_kind("chart")},
        "identity": id,
    }


def send_file(folder: Path, report: AnnualReport, ending: str) -> Response:
    path = file_of(folder, report, ending)
    headers = {"Content-Disposition": f'attachment; filename="{name_of(report, ending)}"'}
    return Response(path.read_bytes(), content_type=MEDIA[ending], headers=headers)


def map_picture(report: AnnualReport, key: str) -> Response:
    content = queries.content_of(report)
    found = [piece for piece in content.of_kind("map") if piece.key == key] if content else []
    if not found:
        raise NotFound(Text("没有这幅地图", "There is no such map"))
    return Response(found[0].drawing.say(current_language()), mimetype="image/svg+xml")
