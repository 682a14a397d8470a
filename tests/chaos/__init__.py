"""A checker that tries to break the chain: real processes, faults at every boundary, one history.

``python -m tests.chaos`` (``make chaos``); see ``docs/reliability.md``.
"""
