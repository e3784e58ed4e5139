"""Lets the scripts of other sites read what is public: never with a cookie or a token."""

from flask import Blueprint, Response, request

from portal.headers import FOR_OTHER_SITES

OPEN_PATHS = ("/api/v1/", "/api/openapi.json", "/ogc/", "/data/", "/.well-known/")

blueprint = Blueprint("api_sharing", __name__)


@blueprint.after_app_request
def share(response: Response) -> Response:
    """`*` is answered by browsers with an anonymous request; whoever signed in is not seen by other sites."""
    if request.path.startswith(OPEN_PATHS) and request.method in ("GET", "HEAD", "OPTIONS"):
        headers = response.headers
        headers.update(FOR_OTHER_SITES)
        if request.method == "OPTIONS":
            headers["Access-Control-Allow-Methods"] = "GET, HEAD"
            headers["Access-Control-Allow-Headers"] = "Accept, Accept-Language, If-None-Match"
            headers["Access-Control-Max-Age"] = "86400"
    return response
