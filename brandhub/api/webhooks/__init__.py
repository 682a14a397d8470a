"""The REST API of webhooks and of the outbox."""
