"""A brand's logo: taken in as pixels only, and laid onto pictures as a badge."""
