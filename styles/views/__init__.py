"""The pages of styles, a module per subject."""
