"""The first page of an official's day."""
