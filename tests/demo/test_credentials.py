"""The file of the demo's passwords and keys: for its owner's eyes, whole or not there."""

import stat

from brandhub.demo.credentials import Credentials, credentials_file, keep, load


def test_what_is_kept_is_loaded_and_nobody_else_reads_it(tmp_path):
    kept = Credentials(passwords={"manager": "p"}, api_key="k", reviewer_token="t")

    keep(kept, tmp_path / "var")

    assert load(tmp_path / "var") == kept
    mode = credentials_file(tmp_path / "var").stat().st_mode
    assert stat.S_IMODE(mode) == 0o600
    assert [path.name for path in (tmp_path / "var").iterdir()] == ["demo.json"]


def test_nothing_or_nonsense_is_empty(tmp_path):
    assert load(tmp_path) == Credentials()
    for text in ("", "{", "[]", '{"unknown": 1}'):
        credentials_file(tmp_path).write_text(text)
        assert load(tmp_path) == Credentials()
