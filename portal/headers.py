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


# nginx.conf says these, and what follows, of the files it hands out by itself (portal/ready.py).
OF_ALL = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Permissions-Policy": "camera=(self), geolocation=(self), microphone=(), payment=(), usb=()",
    "Cross-Origin-Opener-Policy": "same-origin",
}
OF_OUR_OWN_SITE = {"X-Frame-Options": "DENY", "Cross-Origin-Resource-Policy": "same-origin"}
FOR_OTHER_SITES = {
    "Access-Control-Allow-Origin": "*",
    "Access-Control-Expose-Headers": "ETag, X-Register-Version, RateLimit, RateLimit-Policy, Retry-After",
    "Cross-Origin-Resource-Policy": "cross-origin",
}
BY_HTTPS = {"Strict-Transport-Security": "max-age=31536000; includeSubDomains"}

# The only addresses that other sites may show inside their own pages.
FRAMED = frozenset({"embeds.map_frame", "embeds.badge_frame", "embeds.map_picture", "embeds.badge_picture"})


def init_app(app: Flask) -> None:
    app.config["CSP"] = policy(app.config["SETTINGS"].tile_url)
    app.config["CSP_FRAMED"] = app.config["CSP"].replace("frame-ancestors 'none'", "frame-ancestors *")
    app.after_request(_add)


def policy(tile_url: str | None) -> str:
    rules = dict(CONTENT_SECURITY_POLICY)
    if tile_url:
        # The operator's own base map is the one outside address a page may load pictures from.
        rules["img-src"] += " " + " ".join(tile_origins(tile_url))
    return "; ".join(f"{name} {value}" for name, value in rules.items())


def _add(response: Response) -> Response:
    headers = response.headers
    framed = request.endpoint in FRAMED and response.status_code in (200, 304)
    headers.setdefault("Content-Security-Policy", current_app.config["CSP_FRAMED" if framed else "CSP"])
    headers.update(OF_ALL)
    if framed:
        headers["Cross-Origin-Resource-Policy"] = "cross-origin"
    else:
        for name, value in OF_OUR_OWN_SITE.items():
            headers.setdefault(name, value)
    if request.is_secure:
        headers.update(BY_HTTPS)
    return response
