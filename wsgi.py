"""The door for a web server and for the commands: `gunicorn wsgi:app`, `flask --app wsgi …`."""

import gc
import os

# What is built at the start stays to the end. Looking through it for what nobody needs any more takes half of
# the start, and afterwards now and then a fifth of a second out of the middle of somebody's answer.
gc.disable()

from portal.app import create_app  # noqa: E402

# A server opens all its rooms before it answers; a command, those that it needs.
command = os.environ.get("FLASK_RUN_FROM_CLI") == "true"
app = create_app(opened=not command)
gc.freeze()
if command:
    # An import makes a million things that all stay to its end; they are looked through far less often.
    gc.set_threshold(50_000)
gc.enable()
