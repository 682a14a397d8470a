"""Reading what people write as it is meant: normalised, and matched against word lists."""
