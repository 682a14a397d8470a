"""The rules of the chain, restated as a small model, and walks over the services against it."""
