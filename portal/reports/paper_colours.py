"""What the roles of a drawing look like on paper. A colour of its own (a map's) stays what it is."""

from maps import colours

ROLES = {
    "ink": "#1e1f21",
    "soft": "#504d46",
    "grid": "#d9d2c0",
    "first": "#15525d",
    "second": "#9f5c1f",
    "third": "#6d2351",
    "fourth": "#5989a9",
    "target": "#a8261b",
    "halo": "#ffffff",
}


def colour(role: str) -> str:
    return role if role.startswith("#") else ROLES.get(role) or colours.light()[role]
