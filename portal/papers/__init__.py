"""Documents that people hand in: judged, kept once under their digest, shown on a page of their own."""
