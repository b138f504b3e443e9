"""The benchmark: the cost of a message here, with other clients, and at the ceiling.

``python -m tests.bench --help`` lists the options.
"""

import time

STARTED = time.perf_counter(), time.process_time()
"""When this process began to import: wall clock and CPU, in seconds."""
