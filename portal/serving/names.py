"""What the worker says in the environ of a request."""

ARRIVED = "serving.arrived"
"""When all of the request had been read, by the monotonic clock."""

MADE_AHEAD = "serving.made_ahead"
"""Nobody asked: made before the port opens, for the log and the figures it was not."""

IN_TURN = "serving.in_turn"
"""Whether the worker makes one answer at a time by itself."""
