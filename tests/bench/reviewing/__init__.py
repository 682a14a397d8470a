"""``make bench-review``: the reviewers' pages over a history of many decisions."""
