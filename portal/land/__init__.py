"""Plots, the yields of a year, and so how much can carry a name: the land decides the quantity."""
