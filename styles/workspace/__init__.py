"""The brand workspace: what a brand is, its palette, its people."""
