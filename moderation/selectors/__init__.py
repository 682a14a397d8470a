"""Composed reads of this app."""
