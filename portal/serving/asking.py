"""One request: what is asked is read, the portal is asked, its answer sent; the rules are gunicorn's own."""

import errno
from datetime import timedelta
from time import monotonic

from gunicorn.http import wsgi
from gunicorn.http.errors import NoMoreData
from gunicorn.http.message import Request
from gunicorn.util import write_error
from gunicorn.workers.base import Worker

from portal.serving.answers import Answer
from portal.serving.connections import END_OF_HEAD, Connection
from portal.serving.heads import Environ, Heads, PlainRequest
from portal.serving.lead import Lead, Term
from portal.serving.names import ARRIVED, IN_TURN

GONE = (errno.EPIPE, errno.ECONNRESET, errno.ENOTCONN)
READING = ("GET", "HEAD")
ABOUT_A_BODY = ("CONTENT-LENGTH", "TRANSFER-ENCODING")
DRAIN_WITHIN = 5.0


class Asking:
    def __init__(self, worker: Worker, lead: Lead):
        self._worker, self._lead, self._config = worker, lead, worker.cfg
        self._heads = Heads(worker.cfg)

    def answer(self, connection: Connection, term: Term) -> bool:
        """Whether the connection may be used again."""
        request = None
        try:
            read = self._heads.read(connection)
            if read is not None:
                request, environ = read
                answer = Answer(request, connection.sock, self._config, connection)
                return self._ask(request, environ, answer, connection, term)
            if END_OF_HEAD not in connection.came:
                write_error(connection.sock, 431, "Request Header Fields Too Large", "")
                return False
            came, parser = connection.came, connection.parser(self._config)
            request = next(parser)
            keeps = self._ask_read(came, request, connection, term)
            keeps = keeps and parser.finish_body(deadline=monotonic() + DRAIN_WITHIN)
            connection.take_back()
            return bool(keeps)
        except (NoMoreData, StopIteration):
            return False
        except OSError as problem:
            if problem.errno not in GONE and not isinstance(problem, TimeoutError):
                self._worker.log.exception("Socket error processing request.")
            return False
        except Exception as problem:
            self._worker.handle_error(request, connection.sock, connection.client, problem)
            return False

    def _ask_read(self, came: bytes, request: Request, connection: Connection, term: Term) -> bool:
        """What gunicorn has read. Whoever sends a body may be slow, and what changes something may wait."""
        if request.method not in READING or any(name in ABOUT_A_BODY for name, _ in request.headers):
            self._lead.give_up(term)
            connection.wait_patiently()
        of_whom = (connection.sock, connection.client, connection.server)
        answer, environ = wsgi.create(request, *of_whom, self._config, Answer, (connection,))
        environ["wsgi.multithread"] = True
        environ.pop("wsgi.early_hints", None)
        self._heads.remember(came, connection, request, environ)
        return self._ask(request, environ, answer, connection, term)

    def _ask(
        self,
        request: Request | PlainRequest,
        environ: Environ,
        answer: Answer,
        connection: Connection,
        term: Term,
    ) -> bool:
        worker = self._worker
        environ[ARRIVED], environ[IN_TURN] = connection.arrived, not term.over
        try:
            self._config.pre_request(worker, request)
            began = monotonic()
            self._count(answer)
            parts = worker.wsgi(environ, answer.start_response)
            try:
                if isinstance(parts, environ["wsgi.file_wrapper"]):
                    answer.write_file(parts)
                else:
                    for part in parts:
                        answer.write(part)
                answer.close()
            finally:
                worker.log.access(answer, request, environ, timedelta(seconds=monotonic() - began))
                if hasattr(parts, "close"):
                    parts.close()
        except OSError:
            raise
        except (Exception, SystemExit):
            if not answer.headers_sent:
                raise
            # A second head in the middle of an answer would only spoil what was sent.
            worker.log.exception("Error handling request")
            return False
        finally:
            self._after(request, environ, answer)
        return not answer.should_close()

    def _count(self, answer: Answer) -> None:
        worker = self._worker
        worker.nr += 1
        if worker.nr >= worker.max_requests and worker.alive:
            worker.log.info("Autorestarting worker after current request.")
            worker.alive = False
        if not worker.alive or not self._config.keepalive:
            answer.force_close()

    def _after(self, request: Request | PlainRequest, environ: Environ, answer: Answer) -> None:
        try:
            self._config.post_request(self._worker, request, environ, answer)
        except Exception:
            self._worker.log.exception("Exception in post_request hook")
