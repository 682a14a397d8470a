"""Review policies: what a brand's checks mean, and who has to say yes before an avatar is out."""
