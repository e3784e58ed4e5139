"""What the worker says in the environ of a request."""

ARRIVED = "serving.arrived"
"""When all of the request had been read, by the monotonic clock."""

IN_TURN = "serving.in_turn"
"""Whether the worker makes one answer at a time by itself."""
