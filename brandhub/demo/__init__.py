"""The demo: a seeded brand, and a story that takes one request to a published avatar over HTTP."""
