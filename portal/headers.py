"""The headers every answer carries. No inline script, no inline style, nothing from another host."""

from flask import Flask, Response, current_app, request

from portal.lib.tiles import tile_origins

CONTENT_SECURITY_POLICY = {
    "default-src": "'none'",
    "script-src": "'self'",
    "style-src": "'self'",
    "img-src": "'self' data: blob:",
    "font-src": "'self'",
    "connect-src": "'self'",
    "media-src": "'self' blob:",
    "worker-src": "'self'",
    "manifest-src": "'self'",
    "form-action": "'self'",
    "base-uri": "'none'",
    "frame-ancestors": "'none'",
    "frame-src": "'self'",
}


# The only addresses that other sites may show inside their own pages.
FRAMED = frozenset({"embeds.map_frame", "embeds.badge_frame", "embeds.map_picture", "embeds.badge_picture"})


def init_app(app: Flask) -> None:
    app.config["CSP"] = _policy(app.config["SETTINGS"].tile_url)
    app.config["CSP_FRAMED"] = app.config["CSP"].replace("frame-ancestors 'none'", "frame-ancestors *")
    app.after_request(_add)


def _policy(tile_url: str | None) -> str:
    rules = dict(CONTENT_SECURITY_POLICY)
    if tile_url:
        # The operator's own base map is the one outside address a page may load pictures from.
        rules["img-src"] += " " + " ".join(tile_origins(tile_url))
    return "; ".join(f"{name} {value}" for name, value in rules.items())


def _add(response: Response) -> Response:
    headers = response.headers
    framed = request.endpoint in FRAMED and response.status_code in (200, 304)
    headers.setdefault("Content-Security-Policy", current_app.config["CSP_FRAMED" if framed else "CSP"])
    headers["X-Content-Type-Options"] = "nosniff"
    if framed:
        headers["Cross-Origin-Resource-Policy"] = "cross-origin"
    else:
        headers.setdefault("X-Frame-Options", "DENY")
    headers["Referrer-Policy"] = "same-origin"
    headers["Permissions-Policy"] = "camera=(self), geolocation=(self), microphone=(), payment=(), usb=()"
    headers["Cross-Origin-Opener-Policy"] = "same-origin"
    headers.setdefault("Cross-Origin-Resource-Policy", "same-origin")
    if request.is_secure:
        headers["Strict-Transport-Security"] = "max-age=31536000; includeSubDomains"
    return response
