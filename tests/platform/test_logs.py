"""What a log entry never holds, whichever library wrote it."""

import io
import json
import logging
import logging.config

import pytest
import structlog

from brandhub.common.logs import MASK, logging_config, masked


@pytest.fixture
def lines() -> io.StringIO:
    """The JSON log of production, into a buffer."""
    config = logging_config(level="INFO", as_json=True)
    buffer = io.StringIO()
    handler = logging.StreamHandler(buffer)
    formatter = config["formatters"]["structured"]
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            processors=formatter["processors"], foreign_pre_chain=formatter["foreign_pre_chain"]
        )
    )
    logger = logging.getLogger("tests.logs")
    logger.handlers = [handler]
    logger.propagate = False
    logger.setLevel("INFO")
    return buffer


@pytest.mark.parametrize(
    ("text", "secret"),
    [
        ("key bh_live_abc123_XyZ-9 was used", "bh_live_abc123_XyZ-9"),
        ("signed with whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", "MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"),
        ("GET /public/Xb3kq9_Pz-77QQ/avatar", "Xb3kq9_Pz-77QQ"),
        ("Authorization: Bearer abc.def", "abc.def"),
        ("postgresql://ann:s3cret@db/hub", "s3cret"),
        ("DETAIL:  Failing row contains (a red fox)", "red fox"),
        ("DETAIL:  Key (prompt)=(one\ntwo)", "two"),
    ],
)
def test_shapes_of_secrets_are_cut_out(text: str, secret: str):
    assert secret not in masked(text)
    assert MASK in masked(text)


def test_structured_fields_with_telling_names_are_hidden(lines: io.StringIO):
    structlog.get_logger("tests.logs").info(
        "submitted",
        prompt="a red fox",
        request={"negative_prompt": "hat", "size": 256},
        api_key="k",
        prompts=["fox"],
        tokens=12,
    )
    entry = json.loads(lines.getvalue())
    assert entry["prompt"] == entry["api_key"] == entry["prompts"] == MASK
    assert entry["request"] == {"negative_prompt": MASK, "size": 256}
    assert entry["tokens"] == 12
    assert entry["event"] == "submitted"
    assert entry["level"] == "info"


def test_a_librarys_entry_takes_the_same_way_with_the_request_id(lines: io.StringIO):
    with structlog.contextvars.bound_contextvars(request_id="request-1234"):
        logging.getLogger("tests.logs").warning("sent %s", "whsec_c2VjcmV0c2VjcmV0")
    entry = json.loads(lines.getvalue())
    assert entry["event"] == f"sent {MASK}"
    assert entry["request_id"] == "request-1234"


def test_a_traceback_shows_neither_locals_nor_the_failing_row(lines: io.StringIO):
    row = "a red fox"
    message = f"duplicate key\nDETAIL:  Key (prompt)=({row}) already exists."
    try:
        raise ValueError(message)
    except ValueError:
        structlog.get_logger("tests.logs").exception("failed")
    text = lines.getvalue()
    assert "ValueError: duplicate key" in text
    assert "red fox" not in text
