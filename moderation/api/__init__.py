"""Reviewing over the API, for tools that people decide with."""
