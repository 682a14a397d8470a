"""The pages of this app: authorise, parse, call a service or a selector, render."""
