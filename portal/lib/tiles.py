"""The hosts behind `{s}` in the address of an operator's base map, for the map and for the policy."""

from urllib.parse import urlsplit


def subdomains_of(url: str) -> str:
    """天地图 numbers its servers from 0 to 7; what everyone else understands by `{s}` is a, b, c."""
    return "01234567" if "tianditu" in url else "abc"


def tile_origins(url: str) -> list[str]:
    """Every origin that tiles may come from: a policy knows no wildcard inside a name."""
    names = subdomains_of(url) if "{s}" in url else "-"
    parts = [urlsplit(url.replace("{s}", name)) for name in names]
    return list(dict.fromkeys(f"{part.scheme}://{part.netloc}" for part in parts))
