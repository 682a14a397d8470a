"""A brand's reference pictures: taken in many at once, captioned, told apart, pinned to styles."""
