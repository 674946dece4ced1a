"""The journal's core: what an entry may hold, the tree and its proofs, checkpoints as text."""

import base64
import hashlib

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import given, settings
from hypothesis import strategies as st

from ascolta.core.audit import Wrong, genuine
from ascolta.core.checkpoint import Signer, Verifier, notes, opened, signer, verifier
from ascolta.core.journal import Counted, Kind, NewEntry, commits, committed, named, read, written
from ascolta.core.merkle import (
    EMPTY,
    Range,
    consistency,
    extends,
    includes,
    inclusion,
    kept_range,
    leaf_hash,
    node_hash,
    place,
)
from ascolta.errors import StoreError

LEAVES = [
    bytes.fromhex(said)
    for said in ("", "00", "10", "2021", "3031", "40414243", "5051525354555657", "606162636465666768696a6b6c6d6e6f")
]
ROOTS = (
    "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
)
"""The eight leaves with which Certificate Transparency logs are tested, and the roots over the first 0 to 8 of them."""

KEY = Signer(name="ascolta/test", seed=bytes(range(32)))
MANY = [bytes([number]) * 3 for number in range(70)]


def root_of(data: list[bytes]) -> bytes:
    """MTH of RFC 6962, word for word."""
    if not data:
        return hashlib.sha256(b"").digest()
    if len(data) == 1:
        return hashlib.sha256(b"\x00" + data[0]).digest()
    k = cut(len(data))
    return hashlib.sha256(b"\x01" + root_of(data[:k]) + root_of(data[k:])).digest()


def path_of(m: int, data: list[bytes]) -> list[bytes]:
    """PATH of RFC 6962, word for word."""
    if len(data) == 1:
        return []
    k = cut(len(data))
    if m < k:
        return [*path_of(m, data[:k]), root_of(data[k:])]
    return [*path_of(m - k, data[k:]), root_of(data[:k])]


def proof_of(m: int, data: list[bytes], whole: bool = True) -> list[bytes]:
    """SUBPROOF of RFC 6962, word for word."""
    if m == len(data):
        return [] if whole else [root_of(data)]
    k = cut(len(data))
    if m <= k:
        return [*proof_of(m, data[:k], whole), root_of(data[k:])]
    return [*proof_of(m - k, data[k:], False), root_of(data[:k])]


def cut(n: int) -> int:
    """The largest power of two that is smaller than n."""
    k = 1
    while k * 2 < n:
        k *= 2
    return k


TREE, HASHES = Range().grown(map(leaf_hash, MANY))


def node(level: int, index: int) -> bytes:
    return HASHES[place(level, index)]


def flipped(data: bytes, bit: int) -> bytes:
    """`data` with one bit the other way round."""
    return (int.from_bytes(data, "big") ^ (1 << bit)).to_bytes(len(data), "big")


def test_roots_are_those_of_the_known_leaves() -> None:
    """Grown leaf by leaf, the tree has the published roots, and so has the recursion of the RFC."""
    grown = Range()
    for size, root in enumerate(ROOTS):
        assert grown.root.hex() == root_of(LEAVES[:size]).hex() == root
        grown, _ = grown.grown(map(leaf_hash, LEAVES[size : size + 1]))


def test_a_finished_subtree_has_its_place_in_order_of_finishing() -> None:
    """Each hash that growing yields stands at the place computed for it, and no place is left empty."""
    for level in range(7):
        for index in range(len(MANY) >> level):
            under = MANY[index << level : (index + 1) << level]
            assert node(level, index) == root_of(under)
    assert len(HASHES) == 2 * len(MANY) - len(MANY).bit_count()


def test_every_proof_is_that_of_the_rfc_and_holds() -> None:
    """For all sizes up to 70: root, inclusion and consistency equal the plain recursion and are accepted."""
    for size in range(1, len(MANY) + 1):
        root = root_of(MANY[:size])
        assert kept_range(size, node).root == root
        for seq in range(size):
            path = inclusion(seq, size, node)
            assert path == path_of(seq, MANY[:size])
            assert includes(leaf_hash(MANY[seq]), seq, size, path, root)
            path = consistency(seq + 1, size, node)
            assert path == proof_of(seq + 1, MANY[:size])
            assert extends((seq + 1, root_of(MANY[: seq + 1])), (size, root), path)
    assert extends((0, EMPTY), (9, root_of(MANY[:9])), consistency(0, 9, node))


@settings(deadline=None)
@given(st.data())
def test_a_proof_with_any_changed_bit_is_refused(data: st.DataObject) -> None:
    """A bit in the leaf, the path, a root, a wrong number or a path of another length: never accepted."""
    size = data.draw(st.integers(2, len(MANY)))
    seq = data.draw(st.integers(0, size - 1))
    old, bit = data.draw(st.integers(1, size - 1)), data.draw(st.integers(0, 255))
    root, before = root_of(MANY[:size]), root_of(MANY[:old])
    leaf, path = leaf_hash(MANY[seq]), inclusion(seq, size, node)
    grown = consistency(old, size, node)
    assert not includes(flipped(leaf, bit), seq, size, path, root)
    assert not includes(leaf, seq, size, path, flipped(root, bit))
    assert not includes(leaf, (seq + 1) % size, size, path, root)
    assert not includes(leaf, seq, size, path[:-1], root)
    assert not includes(leaf, seq, 2 * size, path, root)
    assert not includes(leaf, seq, size, [*path, root], root)
    assert not extends((old, flipped(before, bit)), (size, root), grown)
    assert not extends((old, before), (size, flipped(root, bit)), grown)
    assert not extends((old, before), (size, root), grown[:-1])
    assert not extends((old, before), (size, root), [*grown, root])
    for number in range(len(path)):
        changed = [*path[:number], flipped(path[number], bit), *path[number + 1 :]]
        assert not includes(leaf, seq, size, changed, root)
    for number in range(len(grown)):
        changed = [*grown[:number], flipped(grown[number], bit), *grown[number + 1 :]]
        assert not extends((old, before), (size, root), changed)


def test_what_is_out_of_reach_has_no_proof() -> None:
    """An entry beyond the tree, or a tree that would have to shrink, is refused in one sentence."""
    with pytest.raises(StoreError, match="no entry 5 among the first 5"):
        inclusion(5, 5, node)
    with pytest.raises(StoreError, match="cannot have grown out of one of 6"):
        consistency(6, 5, node)
    assert not includes(EMPTY, 3, 3, [], EMPTY)
    assert not extends((4, EMPTY), (3, EMPTY), [])


def test_an_inner_hash_cannot_pass_as_an_entry() -> None:
    """Leaves and inner nodes are hashed apart, so two hashes in a row are no entry."""
    left, right = leaf_hash(b"a"), leaf_hash(b"b")
    assert leaf_hash(left + right) != node_hash(left, right)


NAMES = st.from_regex(r"\A(?:[A-Za-z][A-Za-z0-9._-]{0,63})?\Z")
NUMBERS = st.integers(0, 2**53 - 1)
ENTRIES = st.builds(
    NewEntry,
    at=NUMBERS,
    kind=st.sampled_from(Kind),
    brand=NAMES,
    case=st.none() | NUMBERS,
    rule=NAMES,
    counts=st.dictionaries(st.sampled_from(Counted), NUMBERS),
    commitment=st.sampled_from(["", "0" * 64, hashlib.sha256(b"x").hexdigest()]),
)


@settings(deadline=None)
@given(ENTRIES, NUMBERS)
def test_an_entry_is_written_in_one_way_only(new: NewEntry, seq: int) -> None:
    """What is written is read as the same values, and only these very bytes are."""
    data = written(seq, new)
    entry = read(data)
    assert entry is not None
    assert (entry.seq, entry.at, entry.kind, entry.brand, entry.case) == (seq, new.at, new.kind, new.brand, new.case)
    assert (entry.rule, entry.counts, entry.commitment) == (new.rule, dict(new.counts), new.commitment)
    assert data.isascii()
    assert read(data + b" ") is read(data.replace(b",", b", ", 1)) is None


def test_an_entry_as_bytes() -> None:
    """The canonical form, letter for letter."""
    new = NewEntry(at=5, kind=Kind.HEARD, brand="acme", counts={Counted.SILENCE: 2, Counted.CARE: 1})
    assert written(7, new) == (
        b'{"at":5,"brand":"acme","case":null,"commitment":"","counts":{"care":1,"silence":2},'
        b'"kind":"heard","rule":"","seq":7}'
    )


@pytest.mark.parametrize(
    "field",
    [
        {"rule": "ann wrote: hello"}, {"rule": "@ann"}, {"rule": "ann@example.com"}, {"brand": "\ud800"},
        {"brand": "+4917012345"}, {"commitment": "hello"}, {"counts": {"hello ann": 1}}, {"counts": {"posts": "ann"}},
        {"counts": {"posts": -1}}, {"case": "ann"}, {"case": -1}, {"case": 2**70}, {"at": 1.5}, {"at": float("nan")},
        {"kind": "ann"}, {"rule": "a" * 65}, {"rule": "a\n"}, {"rule": None}, {"counts": {"posts": object()}},
    ],
)  # fmt: skip
def test_text_does_not_get_into_an_entry(field: dict[str, object]) -> None:
    """Whatever is not of the closed vocabulary, a plain name or a number is refused, without repeating it."""
    with pytest.raises(StoreError, match="the journal does not take this") as refused:
        written(0, NewEntry(**{"at": 1, "kind": Kind.HEARD, **field}))  # type: ignore[arg-type]
    assert "ann" not in str(refused.value)


@pytest.mark.parametrize("said", ["ann wrote hello", "ann ", " ann", "ann\there", "ann/7", "7"])
def test_a_sentence_is_no_name(said: str) -> None:
    """A name has no spaces and no signs of a sentence, a path or a number, so that no words pass for one."""
    for field in ({"rule": said}, {"brand": said}):
        with pytest.raises(StoreError, match="the journal does not take this"):
            written(0, NewEntry(at=1, kind=Kind.HEARD, **field))  # type: ignore[arg-type]


@pytest.mark.parametrize("data", [b"", b"{}", b"[" * 100_000, b"\xff", b'{"seq":0}', b"null", b'{"seq":0,"seq":0}'])
def test_what_is_no_entry_is_not_read(data: bytes) -> None:
    """Odd bytes are no entry, and no error either."""
    assert read(data) is None


def test_a_name_that_is_not_plain_is_told_by_its_hash() -> None:
    """A rule's name from a file is taken as it is if it is plain, and as a hash if not; both fit an entry."""
    assert (named("spoken-to"), named("")) == ("spoken-to", "")
    for name in ("höflich sein", "2nd", "a b", "x" * 65, "\ud800", "٣"):
        assert named(name).startswith("sha256-")
        assert written(0, NewEntry(at=0, kind=Kind.SENT, rule=named(name)))


def test_a_commitment_tells_nothing_without_its_salt() -> None:
    """The same text under two salts gives two commitments; with the salt, exactly that text is confirmed."""
    salt, other = bytes(32), bytes(31) + b"\1"
    said = committed(salt, "because she asked \ud800")
    assert said != committed(other, "because she asked \ud800")
    assert commits(said, salt, "because she asked \ud800")
    assert not commits(said, salt, "because he asked")
    with pytest.raises(StoreError, match="32 random bytes"):
        committed(b"short", "text")


def test_a_note_of_another_tool_is_verified() -> None:
    """The example in the documentation of Go's sumdb/note, key and note, is read and its signature holds."""
    key = verifier("PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW")
    text = "If you think cryptography is the answer to your problem,\nthen you don't know what your problem is.\n"
    line = "x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM="
    [note] = notes(f"{text}\n— PeterNeumann {line}\n")
    assert note.whole
    assert note.text.startswith(text)
    signature = base64.b64decode(line)
    assert signature[:4] == key.key_id
    assert key.signed(text, signature[4:])
    assert opened(note.text, key) is None, "it is signed, but no checkpoint"
    private = signer("PRIVATE+KEY+PeterNeumann+c74f20a3+AYEKFALVFGyNhPJEMzD1QIDr+Y7hfZx09iUvxdXHKDFz")
    assert private.verifier == key


def test_a_checkpoint_is_the_text_of_the_specification() -> None:
    """Origin, size and root on three lines, an empty line, an em dash, the name, key id and signature."""
    note = KEY.sign(3, root_of(LEAVES[:3]))
    body, signed = note.split("\n\n")
    assert body == "ascolta/test\n3\nrra8/idLcKFPsGel5VeCZNsPqbUa9eC6FZFY8yngbnc="
    assert signed.startswith("— ascolta/test ")
    found = opened(note, KEY.verifier)
    assert found is not None
    assert (found.size, found.root) == (3, root_of(LEAVES[:3]))
    assert (signer(KEY.text), verifier(str(KEY.verifier))) == (KEY, KEY.verifier)
    assert note == KEY.sign(3, root_of(LEAVES[:3]))


def test_every_changed_bit_spoils_a_checkpoint() -> None:
    """Each single bit of a signed note, turned round, is noticed."""
    note = KEY.sign(1204, root_of(LEAVES)).encode()
    for bit in range(8 * len(note)):
        assert opened(flipped(note, bit).decode("utf-8", "surrogateescape"), KEY.verifier) is None, bit


def test_other_signatures_are_passed_over_and_a_wrong_own_one_is_not() -> None:
    """A witness may add a line; a second line by our key that does not hold spoils the note."""
    note, other = KEY.sign(1, EMPTY), Signer(name="witness.example", seed=bytes(32))
    [_, witness] = other.sign(1, EMPTY).split("\n\n")
    [_, wrong] = KEY.sign(2, EMPTY).split("\n\n")
    assert opened(note + witness, KEY.verifier) is not None
    assert opened(note + wrong, KEY.verifier) is None
    assert opened(note, other.verifier) is None
    assert opened(note + "— nonsense\n", KEY.verifier) is None
    namesake = Verifier(name=KEY.name, public=other.verifier.public)
    assert opened(note, namesake) is None


@pytest.mark.parametrize(
    "body", ["ascolta/test\n01\n{}\n", "ascolta/test\n-1\n{}\n", "other\n1\n{}\n", "ascolta/test\n1\n\n", "\n1\n{}\n"]
)
def test_a_signed_text_that_is_no_checkpoint_is_none(body: str) -> None:
    """A number with a leading zero, another origin, a missing root: signed or not, no checkpoint."""
    text = body.format("rra8/idLcKFPsGel5VeCZNsPqbUa9eC6FZFY8yngbnc=")
    signature = Ed25519PrivateKey.from_private_bytes(KEY.seed).sign(text.encode())
    line = base64.b64encode(KEY.verifier.key_id + signature).decode()
    assert KEY.verifier.signed(text, signature)
    assert opened(f"{text}\n— {KEY.name} {line}\n", KEY.verifier) is None


def test_a_file_of_checkpoints_broken_off_anywhere_is_no_forgery() -> None:
    """Cut at any letter, all checkpoints before the cut are genuine and nothing is called forged."""
    whole = "".join(f"{KEY.sign(size, root_of(MANY[:size]))}\n" for size in (1, 20, 30))
    for end in range(len(whole) + 1):
        found = genuine(whole[:end], KEY.verifier)
        assert found.findings == ()
        assert [one.size for one in found.genuine] == [1, 20, 30][: len(found.genuine)]
    assert len(genuine(whole, KEY.verifier).genuine) == 3


@settings(deadline=None)
@given(st.integers(0, 10**6), st.integers(1, 255))
def test_a_forged_checkpoint_is_told_with_its_line(at: int, change: int) -> None:
    """A changed byte in the middle one of three checkpoints: it is forged or gone, and the last still counts."""
    first, middle, last = (KEY.sign(size, root_of(MANY[:size])).encode() for size in (1, 20, 30))
    at %= len(middle) - 1
    spoilt = middle[:at] + bytes([middle[at] ^ change]) + middle[at + 1 :]
    found = genuine(b"\n".join((first, spoilt, last)).decode("utf-8", "surrogateescape"), KEY.verifier)
    assert 20 not in [one.size for one in found.genuine]
    assert {one.kind for one in found.findings} <= {Wrong.FORGED}
    assert found.findings


@pytest.mark.parametrize(
    "said", ["", "a", "a+b+c", "PRIVATE+KEY+a+b+c", "ascolta/x+00000000+AQ==", "\ud800", "a" * 9_999]
)
def test_a_key_that_cannot_be_read_is_one_sentence(said: str) -> None:
    """Odd keys are refused without being repeated."""
    for reading in (signer, verifier):
        with pytest.raises(StoreError, match="key"):
            reading(said)
