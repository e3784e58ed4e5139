"""The portal's compact map of all areas as GeoJSON, for the harness's check: sketches.py FILE."""

import json
import sys
from itertools import accumulate
from pathlib import Path

LEVELS = "".join(chr(code) for code in range(35, 127) if code != 92)


def main() -> None:
    told = json.loads(Path(sys.argv[1]).read_text(encoding="utf-8"))
    columns = [accumulate(told[name]) for name in ("ids", "west", "south")]
    rows = zip(*columns, told["step"], told["rings"].split("\n"), strict=True)
    features = [_feature(*row, told["unit"]) for row in rows]
    json.dump({"type": "FeatureCollection", "features": features}, sys.stdout)


def _feature(number: int, west: int, south: int, step: int, rings: str, unit: int) -> dict[str, object]:
    drawn = []
    for ring in rings.split(" "):
        places = [LEVELS.index(one) * step for one in ring]
        points = [
            ((west + x) / unit, (south + y) / unit) for x, y in zip(places[::2], places[1::2], strict=True)
        ]
        drawn.append([*points, points[0]])
    return {"type": "Feature", "id": number, "geometry": {"type": "Polygon", "coordinates": drawn}}


main()
