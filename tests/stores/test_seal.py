"""The key file: a key for each case, a nonce for each text, and nobody else who may read them."""

from pathlib import Path

import pytest

from ascolta.errors import StoreError
from ascolta.stores.seal import Keys, sealed, unsealed

ONE, OTHER = b"1" * 16, b"2" * 16


def test_every_case_has_a_key_of_its_own(tmp_path: Path) -> None:
    """Keys that are made together are all different, and stay what they are until they are destroyed."""
    keys = Keys(tmp_path / "keys.db")
    made = keys.make([ONE, OTHER], 0.0)
    assert len({*made.values(), keys.installation}) == 3
    assert keys.get([ONE, OTHER]) == made
    keys.shred([ONE])
    assert keys.get([ONE, OTHER]) == {OTHER: made[OTHER]}
    keys.close()


def test_the_same_words_are_never_sealed_alike() -> None:
    """Each text has a nonce of its own, also under the same key, for two with one would give each other away."""
    key = bytes(range(32))
    ciphers = [sealed(key, ONE, b"the same words") for _ in range(50)]
    assert len({cipher[:12] for cipher in ciphers}) == 50
    assert {unsealed(key, ONE, cipher) for cipher in ciphers} == {b"the same words"}


def test_a_text_opens_in_its_own_case_only() -> None:
    """What was changed, or moved to another case, does not open, and the error does not tell what it was."""
    key = bytes(range(32))
    cipher = sealed(key, ONE, b"words")
    changed = cipher[:-1] + bytes([cipher[-1] ^ 1])
    for ref, data in ((OTHER, cipher), (ONE, changed), (ONE, cipher[:20])):
        with pytest.raises(StoreError, match="does not open with its own key"):
            unsealed(key, ref, data)


def test_the_key_file_is_its_owners_only(tmp_path: Path) -> None:
    """Nobody else may read the keys, and the installation's own is the same at the next start."""
    first = Keys(tmp_path / "keys.db")
    first.close()
    assert (tmp_path / "keys.db").stat().st_mode & 0o777 == 0o600
    again = Keys(tmp_path / "keys.db")
    assert again.installation == first.installation
    again.shred([b"installation"])
    assert again.get([b"installation"])
    again.close()


def test_destroyed_keys_leave_no_free_page(tmp_path: Path) -> None:
    """What is deleted is overwritten at once, and the file is made anew without it, so that neither alone must hold."""
    keys = Keys(tmp_path / "keys.db")
    refs = [number.to_bytes(16, "big") for number in range(1_000)]
    keys.make(refs, 0.0)
    before = (tmp_path / "keys.db").stat().st_size
    keys.shred(refs)
    assert keys.file.execute("PRAGMA secure_delete").fetchone() == (1,)
    assert keys.file.execute("PRAGMA freelist_count").fetchone() == (0,)
    assert (tmp_path / "keys.db").stat().st_size < before / 4
    keys.close()
