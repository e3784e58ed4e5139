"""What every kind of file is brought to before it is judged: plain shapes, a reference system, notices."""

from dataclasses import dataclass, field

from shapely.geometry.base import BaseGeometry

from gi_data.outlines.findings import Finding


@dataclass(frozen=True)
class RawOutline:
    """Shapes as they stand in a file; `crs` is None when the file names none."""

    form: str
    shapes: list[BaseGeometry]
    crs: str | None
    attributes: list[dict[str, object]] = field(default_factory=list)
    encoding: str | None = None
    notices: list[Finding] = field(default_factory=list)
