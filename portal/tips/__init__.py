"""Tips and complaints from anyone: two procedures, each with its legal clocks; who told is sealed."""
