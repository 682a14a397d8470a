"""Adapters of a brand: uploaded or trained, checked by a worker, pinned by style revisions."""
