"""The tokenizer: merges learnt on English alone, and one token for each Chinese character.

Merges learnt on Chinese too would make whole clauses into single tokens, which generalise badly.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from pathlib import Path

from tokenizers import Tokenizer, models, pre_tokenizers, trainers
from transformers import CLIPTokenizer

from brandhub.vocabulary import CATEGORIES, compose_caption

from .diffusion import TEXT_LENGTH

_START, _END = "<|startoftext|>", "<|endoftext|>"
_END_OF_WORD = "</w>"
_PARTICLES = "，的风格头像一个戴着带有头留表情背景是穿不没要无衣服"


def chinese_characters() -> list[str]:
    """Every character that the vocabulary's Chinese words and captions use, in order."""
    text = _PARTICLES + "".join(
        term for held in CATEGORIES for value in held.values for term in value.zh.terms
    )
    text += compose_caption({}, absent=[held.name for held in CATEGORIES], language="zh")
    return sorted({character for character in text if ord(character) > 0xFF})


def learn_tokenizer(
    english: Iterable[str], *, merges: int = 300, length: int = TEXT_LENGTH
) -> dict:
    """A `tokenizer.json` as a dict: CLIP's byte-level BPE with merges learnt on `english`."""
    tokenizer = Tokenizer(models.BPE(unk_token=_END, end_of_word_suffix=_END_OF_WORD))
    stock = CLIPTokenizer(vocab={_START: 0, _END: 1}, merges=[])
    tokenizer.normalizer = stock.backend_tokenizer.normalizer
    tokenizer.pre_tokenizer = stock.backend_tokenizer.pre_tokenizer
    alphabet = pre_tokenizers.ByteLevel.alphabet()
    trainer = trainers.BpeTrainer(
        vocab_size=2 + 2 * len(alphabet) + merges,
        special_tokens=[_START, _END],
        initial_alphabet=alphabet,
        end_of_word_suffix=_END_OF_WORD,
        show_progress=False,
    )
    tokenizer.train_from_iterator(english, trainer)
    tokenizer.enable_truncation(TEXT_LENGTH)
    return json.loads(tokenizer.to_str())


def add_characters(tokenizer: dict, characters: Iterable[str]) -> None:
    """Give each of `characters` a token of its own, alone and at a word's end.

    `tokenizer` is a ``tokenizer.json`` as a dict, changed in place.
    """
    vocab, merges = tokenizer["model"]["vocab"], tokenizer["model"]["merges"]
    known = {tuple(pair) for pair in merges}
    symbols = _byte_symbols()

    def merge(left: str, right: str) -> None:
        if (left, right) not in known:
            known.add((left, right))
            merges.append([left, right])
        vocab.setdefault(left + right, len(vocab))

    for character in characters:
        units = [symbols[byte] for byte in character.encode()]
        for symbol in units:
            for form in (symbol, symbol + _END_OF_WORD):
                vocab.setdefault(form, len(vocab))
        held = units[0]
        for unit in units[1:-1]:
            merge(held, unit)
            held += unit
        merge(held, units[-1])
        merge(held, units[-1] + _END_OF_WORD)


def build_tokenizer(folder: Path, captions: Iterable[str]) -> CLIPTokenizer:
    """Learn a tokenizer from `captions`, of which the English ones count; save it in `folder`."""
    content = learn_tokenizer(text for text in captions if text.isascii())
    add_characters(content, chinese_characters())
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "tokenizer.json").write_text(
        json.dumps(content, ensure_ascii=False), encoding="utf-8"
    )
    tokenizer = CLIPTokenizer(
        tokenizer_file=str(folder / "tokenizer.json"),
        bos_token=_START,
        eos_token=_END,
        unk_token=_END,
        pad_token=_END,
        model_max_length=TEXT_LENGTH,
    )
    tokenizer.save_pretrained(folder)
    return CLIPTokenizer.from_pretrained(folder)


def _byte_symbols() -> dict[int, str]:
    """GPT-2's printable stand-in for each byte."""
    plain = [*range(33, 127), *range(161, 173), *range(174, 256)]
    symbols = {byte: chr(byte) for byte in plain}
    others = [byte for byte in range(256) if byte not in symbols]
    return symbols | {byte: chr(256 + index) for index, byte in enumerate(others)}
