"""A drawing inside a PDF: lines and letters, sharp at every size."""

from collections.abc import Callable

from reportlab.lib.colors import HexColor
from reportlab.pdfbase.pdfmetrics import stringWidth
from reportlab.pdfgen.canvas import FILL_EVEN_ODD
from reportlab.platypus import Flowable

from portal.reports.drawing import Dot, Drawing, Shape, Words
from portal.reports.paper_colours import colour


class Drawn(Flowable):
    def __init__(self, drawing: Drawing, width: float, font: str, wanted: Callable[[], bool] = lambda: True):
        super().__init__()
        self.wanted = wanted
        self.drawing, self.font, self.scale = drawing, font, width / drawing.width
        self.width, self.height = width, drawing.height * self.scale
        self.hAlign = "CENTER"

    def wrap(self, _width: float, _height: float) -> tuple[float, float]:
        return self.width, self.height

    def draw(self) -> None:
        if self.wanted():
            self._draw()

    def _draw(self) -> None:
        canvas = self.canv
        canvas.saveState()
        frame = canvas.beginPath()
        frame.rect(0, 0, self.width, self.height)
        canvas.clipPath(frame, stroke=0, fill=0)
        # y grows downwards in a drawing and upwards on a page.
        canvas.transform(self.scale, 0, 0, -self.scale, 0, self.height)
        for one in self.drawing.shapes:
            if isinstance(one, Shape):
                self._shape(one)
            elif isinstance(one, Dot):
                self._dot(one)
            else:
                self._words(one)
        canvas.restoreState()

    def _shape(self, one: Shape) -> None:
        path = self.canv.beginPath()
        for ring in one.rings:
            if len(ring) > 1:
                path.moveTo(*ring[0])
                for point in ring[1:]:
                    path.lineTo(*point)
        self.canv.saveState()
        if one.fill:
            self.canv.setFillColor(HexColor(colour(one.fill)))
            self.canv.setFillAlpha(one.see)
        if one.stroke:
            self.canv.setStrokeColor(HexColor(colour(one.stroke)))
            self.canv.setStrokeAlpha(1 if one.fill else one.see)
            self.canv.setLineWidth(one.thick)
            self.canv.setLineJoin(1)
            self.canv.setDash(list(one.dashes) or [])
        self.canv.drawPath(
            path, stroke=int(bool(one.stroke)), fill=int(bool(one.fill)), fillMode=FILL_EVEN_ODD
        )
        self.canv.restoreState()

    def _dot(self, one: Dot) -> None:
        self.canv.setFillColor(HexColor(colour(one.fill)))
        if one.stroke:
            self.canv.setStrokeColor(HexColor(colour(one.stroke)))
            self.canv.setLineWidth(1)
        self.canv.circle(*one.at, one.radius, stroke=int(bool(one.stroke)), fill=1)

    def _words(self, one: Words) -> None:
        wide = stringWidth(one.text, self.font, one.size)
        left = one.at[0] - {"start": 0.0, "middle": wide / 2, "end": wide}[one.anchor]
        self.canv.saveState()
        self.canv.transform(1, 0, 0, -1, left, one.at[1])
        for halo in (True, False) if one.halo else (False,):
            # How letters are drawn outlives a text: each has a state of its own.
            self.canv.saveState()
            text = self.canv.beginText(0, 0)
            text.setFont(self.font, one.size)
            text.setTextRenderMode(2 if halo else 0)
            self.canv.setLineWidth(2.2)
            self.canv.setLineJoin(1)
            self.canv.setStrokeColor(HexColor(colour("halo")))
            self.canv.setFillColor(HexColor(colour("halo" if halo else one.fill)))
            text.textOut(one.text)
            self.canv.drawText(text)
            self.canv.restoreState()
        self.canv.restoreState()
