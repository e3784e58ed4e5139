"""What the pages of transfers share."""

from flask import current_app

from portal.register.signing import Signer, read_signer


def own_signer() -> Signer:
    """The portal's own Ed25519 key: the one that signs the register's heads."""
    return read_signer(current_app.config["SETTINGS"].signing_key_file)
