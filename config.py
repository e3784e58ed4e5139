"""Settings, read from the environment once. A wrong value stops the start with a line that names it."""

import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

ROOT = Path(__file__).resolve().parent
ENVIRONMENTS = ("production", "demo", "test")


class WrongSetting(SystemExit):
    """Raised at the start; Python prints the one line and ends with status 1."""


@dataclass(frozen=True)
class Settings:
    environment: str
    database_url: str
    secret_key: str
    signing_key_file: Path
    data_dir: Path
    base_url: str
    secret_key_before: str | None = None
    redis_url: str | None = None
    kept_memory: int = 64
    map_approval_number: str | None = None
    tile_url: str | None = None
    mail_url: str | None = None
    read_database_url: str | None = None
    posted_version: Path | None = None
    metrics_open: bool = False
    data_licence: str | None = None
    trusted_proxies: int = 0
    transfer_days: tuple[int, int, int] = (3, 7, 30)
    extra: Mapping[str, object] = field(default_factory=dict)

    @property
    def demo(self) -> bool:
        return self.environment in ("demo", "test")

    @property
    def secret_keys(self) -> tuple[str, ...]:
        """The key that seals and signs, then the one before it, which only opens."""
        return (self.secret_key, self.secret_key_before) if self.secret_key_before else (self.secret_key,)

    @property
    def secure(self) -> bool:
        """Cookies travel only over HTTPS wherever the portal is reached by HTTPS."""
        return self.base_url.startswith("https://")


def read_settings(environ: Mapping[str, str] = os.environ) -> Settings:
    environment = _one_of(environ, "PORTAL_ENV", ENVIRONMENTS, "production")
    data_dir = Path(environ.get("DATA_DIR") or ROOT / "instance").resolve()
    return Settings(
        environment=environment,
        database_url=_database_url(environ, "DATABASE_URL") or f"sqlite:///{data_dir / 'portal.db'}",
        read_database_url=_database_url(environ, "READ_DATABASE_URL"),
        posted_version=Path(environ["POSTED_VERSION"]) if environ.get("POSTED_VERSION") else None,
        secret_key=_secret_key(environ, environment),
        secret_key_before=_secret_key_before(environ),
        signing_key_file=Path(environ.get("SIGNING_KEY_FILE") or data_dir / "signing-key.pem"),
        data_dir=data_dir,
        base_url=(_url(environ, "BASE_URL", ("http", "https")) or "http://127.0.0.1:8000").rstrip("/"),
        redis_url=_url(environ, "REDIS_URL", ("redis", "rediss", "unix")),
        kept_memory=_count(environ, "KEPT_MEMORY", "64"),
        map_approval_number=environ.get("MAP_APPROVAL_NO") or None,
        tile_url=_tile_url(environ),
        mail_url=_url(environ, "MAIL_URL", ("smtp", "smtps", "file")),
        metrics_open=_yes_or_no(environ, "METRICS_OPEN"),
        data_licence=_url(environ, "DATA_LICENCE", ("http", "https")),
        trusted_proxies=_count(environ, "TRUSTED_PROXIES"),
        transfer_days=_three_days(environ, "TRANSFER_DAYS"),
    )


def _secret_key(environ: Mapping[str, str], environment: str) -> str:
    value = environ.get("SECRET_KEY", "")
    if value and len(value) < 16:
        raise WrongSetting("SECRET_KEY: at least 16 characters are needed")
    if not value and environment == "production":
        raise WrongSetting("SECRET_KEY: must be set unless PORTAL_ENV=demo")
    return value or "demonstration-only-not-a-secret"


def _secret_key_before(environ: Mapping[str, str]) -> str | None:
    value = environ.get("SECRET_KEY_BEFORE") or None
    if value and len(value) < 16:
        raise WrongSetting("SECRET_KEY_BEFORE: at least 16 characters are needed")
    return value


def _database_url(environ: Mapping[str, str], name: str) -> str | None:
    value = environ.get(name)
    if not value:
        return None
    if value.startswith("postgresql://"):
        value = "postgresql+psycopg://" + value.removeprefix("postgresql://")
    if not value.startswith(("sqlite:///", "postgresql+psycopg://")):
        raise WrongSetting(f"{name}: only sqlite:///FILE and postgresql+psycopg://… are understood")
    return value


def _url(environ: Mapping[str, str], name: str, schemes: tuple[str, ...]) -> str | None:
    value = environ.get(name)
    if not value:
        return None
    if urlsplit(value).scheme not in schemes:
        raise WrongSetting(f"{name}: must begin with one of {', '.join(s + '://' for s in schemes)}")
    return value


def _tile_url(environ: Mapping[str, str]) -> str | None:
    value = _url(environ, "TILE_URL", ("http", "https"))
    if value and not environ.get("MAP_APPROVAL_NO"):
        raise WrongSetting("MAP_APPROVAL_NO: must be set (审图号) where TILE_URL is set")
    return value


def _one_of(environ: Mapping[str, str], name: str, allowed: tuple[str, ...], default: str) -> str:
    value = environ.get(name) or default
    if value not in allowed:
        raise WrongSetting(f"{name}: must be one of {', '.join(allowed)}")
    return value


def _yes_or_no(environ: Mapping[str, str], name: str) -> bool:
    return _one_of(environ, name, ("yes", "no"), "no") == "yes"


def _three_days(environ: Mapping[str, str], name: str) -> tuple[int, int, int]:
    """Working days to sign for a transfer, to answer it, to give its result."""
    parts = (environ.get(name) or "3,7,30").split(",")
    if len(parts) != 3 or not all(part.strip().isdecimal() and 0 < int(part) < 400 for part in parts):
        raise WrongSetting(f"{name}: write three numbers of working days like 3,7,30")
    first, second, third = (int(part) for part in parts)
    return first, second, third


def _count(environ: Mapping[str, str], name: str, default: str = "0") -> int:
    value = environ.get(name) or default
    if not value.isdecimal():
        raise WrongSetting(f"{name}: must be a whole number")
    return int(value)
