"""PostgreSQL and Redis, run by the project in its own folder when nothing else is configured.

Settings ask `addresses(var)` where the servers will listen; nothing starts. A process that needs
them calls `hold(var)`: the first one in starts both, the last one out stops both. `status(var)`
says what runs.
"""

from civstart.lib.embedded.control import Running, Status, start, status, stop
from civstart.lib.embedded.holding import Held, hold
from civstart.lib.embedded.places import Addresses, addresses

__all__ = ["Addresses", "Held", "Running", "Status", "addresses", "hold", "start", "status", "stop"]
