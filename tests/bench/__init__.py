"""Measurements of the platform around the model: ``make bench``; see ``docs/performance.md``.

One module per subject. Each prints rows for the one table; nothing here asserts a time.
"""
