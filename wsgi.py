"""The door for a web server and for the commands: `gunicorn wsgi:app`, `flask --app wsgi …`."""

import gc

# What is built at the start stays to the end. Looking through it for what nobody needs any more takes half of
# the start, and afterwards now and then a fifth of a second out of the middle of somebody's answer.
gc.disable()

from portal.app import create_app  # noqa: E402

app = create_app()
gc.freeze()
gc.enable()
