"""A drawing as a picture in print quality, for the Word file: drawn large, then made smaller so that edges
are smooth."""

import math
from collections.abc import Iterator, Sequence
from functools import lru_cache
from io import BytesIO

from PIL import Image, ImageChops, ImageDraw, ImageFont

from portal.reports.drawing import Dot, Drawing, Point, Shape, Words
from portal.reports.paper_colours import colour

DOTS_PER_INCH, POINTS_PER_INCH, TIMES = 300, 72, 2


def png_of(drawing: Drawing, width_points: float) -> bytes:
    """The drawing `width_points` wide at 300 dots an inch."""
    wide = round(width_points / POINTS_PER_INCH * DOTS_PER_INCH)
    scale = wide * TIMES / drawing.width
    size = wide * TIMES, round(drawing.height * scale)
    picture = Image.new("RGB", size, "#ffffff")
    for one in drawing.shapes:
        if isinstance(one, Shape):
            _shape(picture, one, scale)
        elif isinstance(one, Dot):
            _dot(ImageDraw.Draw(picture), one, scale)
        else:
            _words(ImageDraw.Draw(picture), one, scale)
    # Whole dots become one dot: a mean, as good as a wider filter here and eight times as quick.
    picture = picture.reduce(TIMES)
    kept = BytesIO()
    few = picture.quantize(200, method=Image.Quantize.FASTOCTREE)
    few.save(kept, "PNG", dpi=(DOTS_PER_INCH, DOTS_PER_INCH))
    return kept.getvalue()


def _shape(picture: Image.Image, one: Shape, scale: float) -> None:
    rings = [[(x * scale, y * scale) for x, y in ring] for ring in one.rings]
    if one.fill:
        _fill(picture, rings, colour(one.fill), one.see)
    if one.stroke:
        pen = ImageDraw.Draw(picture)
        thick = max(1, round(one.thick * scale))
        for ring in rings:
            for piece in _dashed(ring, [length * scale for length in one.dashes]) if one.dashes else [ring]:
                if len(piece) > 1:
                    pen.line(piece, fill=colour(one.stroke), width=thick, joint="curve")


def _fill(picture: Image.Image, rings: Sequence[Sequence[Point]], shade: str, see: float) -> None:
    """By the even-odd rule: a ring inside a ring is a hole. Only the part where the rings lie is touched."""
    boxes = [(ring, box) for ring in rings if (box := _box(ring, picture.size))]
    if not boxes:
        return
    west, north = min(box[0] for _, box in boxes), min(box[1] for _, box in boxes)
    east, south = max(box[2] for _, box in boxes), max(box[3] for _, box in boxes)
    mask = Image.new("1", (east - west, south - north))
    for ring, box in boxes:
        layer = Image.new("1", (box[2] - box[0], box[3] - box[1]))
        ImageDraw.Draw(layer).polygon([(x - box[0], y - box[1]) for x, y in ring], fill=1)
        own = box[0] - west, box[1] - north, box[2] - west, box[3] - north
        mask.paste(ImageChops.logical_xor(mask.crop(own), layer), own)
    mask = mask.convert("L").point(lambda value: round(value * see))
    picture.paste(Image.new("RGB", mask.size, shade), (west, north), mask)


def _box(ring: Sequence[Point], size: tuple[int, int]) -> tuple[int, int, int, int] | None:
    """The whole pixels of the picture that a ring may touch."""
    xs, ys = [x for x, _ in ring], [y for _, y in ring]
    west, north = max(0, math.floor(min(xs))), max(0, math.floor(min(ys)))
    east, south = min(size[0], math.ceil(max(xs)) + 1), min(size[1], math.ceil(max(ys)) + 1)
    return (west, north, east, south) if len(ring) > 2 and west < east and north < south else None


def _dashed(ring: Sequence[Point], lengths: Sequence[float]) -> Iterator[list[Point]]:
    """The ring cut into dashes and gaps of these lengths in turn."""
    turn, left, piece = 0, lengths[0], [ring[0]]
    for start, end in zip(ring, ring[1:], strict=False):
        whole = math.dist(start, end)
        gone = 0.0
        while whole - gone > left:
            gone += left
            share = gone / whole
            at = start[0] + (end[0] - start[0]) * share, start[1] + (end[1] - start[1]) * share
            if turn % 2 == 0:
                yield [*piece, at]
            turn, piece = turn + 1, [at]
            left = lengths[turn % len(lengths)]
        left -= whole - gone
        piece.append(end)
    if turn % 2 == 0:
        yield piece


def _dot(pen: ImageDraw.ImageDraw, one: Dot, scale: float) -> None:
    (x, y), r = one.at, one.radius * scale
    box = (x * scale - r, y * scale - r, x * scale + r, y * scale + r)
    outline = colour(one.stroke) if one.stroke else None
    pen.ellipse(box, fill=colour(one.fill), outline=outline, width=max(1, round(scale)) if outline else 0)


def _words(pen: ImageDraw.ImageDraw, one: Words, scale: float) -> None:
    anchor = {"start": "ls", "middle": "ms", "end": "rs"}[one.anchor]
    at = one.at[0] * scale, one.at[1] * scale
    halo = {"stroke_width": round(1.2 * scale), "stroke_fill": colour("halo")} if one.halo else {}
    pen.text(at, one.text, fill=colour(one.fill), font=_font(round(one.size * scale)), anchor=anchor, **halo)


@lru_cache(maxsize=8)
def _font(size: int) -> ImageFont.FreeTypeFont:
    from pylopdf_fonts_zh_cn import sans_path

    return ImageFont.truetype(str(sans_path()), size)
