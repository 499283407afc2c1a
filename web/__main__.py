"""``python -m web``: the pages and the stations' API, served by waitress until SIGTERM."""

from __future__ import annotations

import functools
import logging
import signal
import sys

from waitress.channel import HTTPChannel
from waitress.server import create_server

from scheduler.compose import settings_from_environment
from scheduler.errors import LoaError
from web import auth, close_app, create_app
from web.request_size import LimitedParser

THREADS = 8


def _stop(_signal: int, _frame: object) -> None:
    raise SystemExit(0)


def main() -> int:
    """Serve until told to stop; return the exit status."""
    logging.basicConfig(level=logging.WARNING, format="%(asctime)s %(name)s %(levelname)s %(message)s")
    signal.signal(signal.SIGTERM, _stop)
    signal.signal(signal.SIGINT, _stop)
    try:
        settings = settings_from_environment()
        app = create_app(settings)
    except LoaError as error:
        sys.stderr.write(f"Lỗi: {error}\n")
        return error.exit_code
    LimitedParser.signed_in = functools.partial(auth.signed_in, app)  # type: ignore[method-assign] # the app decides
    HTTPChannel.parser_class = LimitedParser
    try:
        server = create_server(app, host=settings.host, port=settings.port, threads=THREADS, ident="loa")
    except OSError as error:
        sys.stderr.write(f"Lỗi: không mở được cổng {settings.port} ({error.strerror}). Hãy đổi LOA_PORT.\n")
        close_app(app)
        return 2
    try:
        server.run()
    finally:
        server.close()
        close_app(app)
    return 0


if __name__ == "__main__":
    sys.exit(main())
