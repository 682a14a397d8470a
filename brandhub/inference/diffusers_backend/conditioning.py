"""Prompts into embeddings, each by itself."""

from __future__ import annotations

from dataclasses import dataclass

import torch

from brandhub.inference.diffusers_backend.pipeline import Pipeline


@dataclass(frozen=True, slots=True)
class Conditioning:
    """A text as the denoiser takes it.

    `embedding` has shape (1, tokens, width), in float32, on the text encoder's device.
    `tokens_dropped` counts the tokens beyond the encoder's last place.
    """

    embedding: torch.Tensor
    tokens_dropped: int


class TextConditioner:
    """Encodes the texts of a batch, equal ones once.

    Every text goes through the encoder alone, so that its embedding does not depend on the texts
    beside it. The pipeline's own `encode_prompt` isn't used: it writes the part of a prompt that
    doesn't fit to the log.
    """

    def __init__(self, pipeline: Pipeline) -> None:
        self._tokenizer = pipeline.tokenizer
        self._encoder = pipeline.text_encoder
        self._room = min(
            self._tokenizer.model_max_length, self._encoder.config.max_position_embeddings
        )
        self._known: dict[tuple[str, str], Conditioning] = {}

    @property
    def room(self) -> int:
        """Tokens of an embedding, the start and the end among them."""
        return self._room

    def encode(self, text: str, worn: str = "") -> Conditioning:
        """The conditioning of `text`; truncated at the encoder's last place, and counted.

        `worn` names what the encoder wears for this text, where texts of a batch differ in that.
        """
        if (text, worn) not in self._known:
            self._known[text, worn] = self._encode(text)
        return self._known[text, worn]

    def _encode(self, text: str) -> Conditioning:
        tokens = self._tokenizer(
            text,
            padding="max_length",
            max_length=self._room,
            truncation=True,
            return_tensors="pt",
        )
        mask = None
        if getattr(self._encoder.config, "use_attention_mask", False):
            mask = tokens.attention_mask.to(self._encoder.device)
        embedding = self._encoder(
            tokens.input_ids.to(self._encoder.device), attention_mask=mask
        ).last_hidden_state
        wanted = len(self._tokenizer.tokenize(text)) + 2  # with the tokens of start and end
        return Conditioning(embedding.float(), max(0, wanted - self._room))
