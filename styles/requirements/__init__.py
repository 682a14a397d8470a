"""Free text in Chinese, English or both, read as tags of the product's vocabulary.

Words are looked up, colours are bound to what they colour, negations are applied, and whatever is
left over is named: nothing that a person wrote is dropped in silence, and nothing is guessed.
"""

from styles.requirements.parsing import MAX_TEXT, Requirement, contradictions, parse_requirement

__all__ = ["MAX_TEXT", "Requirement", "contradictions", "parse_requirement"]
