"""Style sheets, scripts and drawings travel compressed, also where no nginx stands in front."""

import gzip
from functools import lru_cache
from pathlib import Path

from flask import Flask, Response, current_app, request

TEXTUAL = ("text/", "application/javascript", "application/json", "image/svg+xml")
WORTH_COMPRESSING = 700
KEPT_FILES = 256


def init_app(app: Flask) -> None:
    app.after_request(_compress)


def _compress(response: Response) -> Response:
    if request.endpoint != "static" or not (response.mimetype or "").startswith(TEXTUAL):
        return response
    response.vary.add("Accept-Encoding")
    wanted = "gzip" in request.headers.get("Accept-Encoding", "") and "Range" not in request.headers
    if response.status_code != 200 or not wanted or (response.content_length or 0) < WORTH_COMPRESSING:
        return response
    file = Path(current_app.static_folder) / request.view_args["filename"]
    # The file that would have been sent as it is was opened already.
    response.response.close()
    response.direct_passthrough = False
    response.set_data(_compressed(file, file.stat().st_mtime_ns))
    response.headers["Content-Encoding"] = "gzip"
    # The same file, in another form: the tag may no longer promise the very same bytes.
    tag, _ = response.get_etag()
    if tag:
        response.set_etag(tag, weak=True)
    return response


@lru_cache(maxsize=KEPT_FILES)
def _compressed(file: Path, changed_at: int) -> bytes:
    """`changed_at` only makes a changed file another one."""
    return gzip.compress(file.read_bytes(), 9, mtime=0)
