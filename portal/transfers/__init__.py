"""Leads, requests and results handed across a border, within this portal and between portals."""
