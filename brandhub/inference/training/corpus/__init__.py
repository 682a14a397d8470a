"""The corpus that the embedded model learns from: labelled avatars drawn from vector art."""
