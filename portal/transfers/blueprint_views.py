"""What the pages of transfers share."""

from flask import current_app

from portal.accounts.rules import Role
from portal.accounts.visitor_views import me
from portal.authorisation.queries import work_calendar
from portal.lib.problems import NotAllowed
from portal.lib.text import Text
from portal.register.signing import Signer, read_signer
from portal.transfers.clocks import Counting
from portal.transfers.rules import READERS


def ensure_reader() -> None:
    if me().role not in READERS | {Role.ADMIN}:
        raise NotAllowed(Text("移送只对官员和管理员开放", "Transfers are for officials and administrators"))


def own_signer() -> Signer:
    """The portal's own Ed25519 key: the one that signs the register's heads."""
    return read_signer(current_app.config["SETTINGS"].signing_key_file)


def counting() -> Counting:
    """The holidays of this country and the office's own periods."""
    return Counting(work_calendar(), current_app.config["SETTINGS"].transfer_days)
