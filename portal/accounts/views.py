"""Every page under /account; they stand in three files by subject."""

from portal.accounts import key_views, own_views, sign_in_views  # noqa: F401 - their routes
from portal.accounts.blueprint_views import blueprint

__all__ = ["blueprint"]
