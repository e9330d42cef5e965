"""Serves moto's DynamoDB on loopback, on any free port, and prints `listening on PORT`.

Moto's own command answers requests in parallel, but a transaction of moto copies all tables, and puts the copy back
when a condition fails: what others wrote meanwhile would be gone. Here one request is answered after the other, so that
each is as atomic as DynamoDB's are; clients race all the same, for who is next.
"""

import gc
import sys
from threading import Lock

from moto.server import DomainDispatcherApplication, create_backend_app
from werkzeug.serving import WSGIRequestHandler, make_server


# Each copy makes thousands of objects that live on for a moment; looking for circles among them takes most of the time.
gc.set_threshold(500_000, 20, 20)


class KeepAlive(WSGIRequestHandler):
    protocol_version = "HTTP/1.1"
    # Answers are written in pieces, which would otherwise wait for one another's acknowledgement.
    disable_nagle_algorithm = True

    def log_request(self, *args, **kwargs):
        pass


moto = DomainDispatcherApplication(create_backend_app)
turn = Lock()


def one_at_a_time(environ, start_response):
    with turn:
        return list(moto(environ, start_response))


server = make_server("127.0.0.1", 0, one_at_a_time, threaded=True, request_handler=KeepAlive)
server.daemon_threads = True
print(f"listening on {server.port}", flush=True)
try:
    server.serve_forever()
except KeyboardInterrupt:
    sys.exit(0)
