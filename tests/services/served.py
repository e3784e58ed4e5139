"""The application under test behind a real port, for programs that are not ours."""

from dataclasses import replace
from threading import Thread

from flask import Flask
from werkzeug.serving import make_server


class served:
    """`with served(app) as address:`; the portal then calls itself by that address."""

    def __init__(self, app: Flask):
        self.server = make_server("127.0.0.1", 0, app, threaded=True)
        # Closing waits for every answer under way: one cut short would leave its database connection open.
        self.server.daemon_threads = False
        self.address = f"http://127.0.0.1:{self.server.server_port}"
        app.config["SETTINGS"] = replace(app.config["SETTINGS"], base_url=self.address)

    def __enter__(self) -> str:
        self.thread = Thread(target=self.server.serve_forever)
        self.thread.start()
        return self.address

    def __exit__(self, *_: object) -> None:
        self.server.shutdown()
        self.thread.join(20)
        self.server.server_close()
