"""The REST API of bots, requests, candidates, versions and pictures."""
