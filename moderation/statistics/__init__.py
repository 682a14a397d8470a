"""What the decisions of a brand say of its styles, its adapters and the checks."""
