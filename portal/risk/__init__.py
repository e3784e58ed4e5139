"""Findings that the portal raises by itself for a person to look at."""
