"""The web process: `python -m groundplane.web_process`, which takes its orders from `serve`."""

import gc

# The modules are there to stay: looking for rubbish among them is a twentieth of a start, and would
# be part of every later search. (`app` itself is not run by name, for that compiles it each time.)
gc.disable()

import uvloop  # noqa: E402 - as above

from groundplane.app import run  # noqa: E402 - as above
from groundplane.logs import configure_logs  # noqa: E402 - as above
from groundplane.orders import Orders  # noqa: E402 - as above
from groundplane.settings import read_settings  # noqa: E402 - as above

if __name__ == "__main__":
    configure_logs("web")
    gc.freeze()
    gc.enable()
    orders = Orders.taken()
    uvloop.run(run(read_settings(orders.data), orders.listening))
