"""The container of .sfs and .sfa files: what is read, what is written, and every lie refused."""

import contextlib
import json
import math
import struct
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from format_trees import (
    as_described,
    container,
    described,
    example_bytes,
    example_names,
    expected,
    trees,
    written,
)
from hypothesis import given, settings
from hypothesis import strategies as st

from groundplane.scenes.formats.json_binary import open_container, read_container
from groundplane.scenes.formats.unreadable import UnreadableFile

FLOATS = np.array([[1.5, -2.0, 3.25]], np.float32)
ONE: dict[str, Any] = {
    "keys": ["a"],
    "offset": 4,
    "length": 12,
    "dtype": "float32",
    "shape": [1, 3],
}


def refusal(content: bytes) -> UnreadableFile:
    with pytest.raises(UnreadableFile) as caught:
        read_container(content, "x.sfs")
    assert caught.value.file == "x.sfs"
    return caught.value


def test_every_reference_file_is_read_as_its_writer_meant_it() -> None:
    files = example_names((".sfs", ".sfa", ".jb"))
    assert len(files) == 7
    for file in files:
        facts = expected(file.name)
        found = open_container(file)
        assert described(found.root) == as_described(facts["dict"]), file.name
        assert list(found.root) == list(facts["dict"])
        assert found.header_bytes == facts["container"]["header_bytes"]
        assert found.array_count == facts["container"]["items"]
        assert found.size_bytes == facts["container"]["file_bytes"]


@pytest.mark.parametrize("name", ["tiny.sfs", "tiny.sfa", "tiny_bs5.sfa", "tiny_model.sfa"])
def test_what_the_official_writer_wrote_is_written_byte_for_byte(name: str) -> None:
    content = example_bytes(name)
    assert written(read_container(content, name).root) == content


def test_the_layout_is_the_official_one() -> None:
    """By hand, so that it holds where the reference files are not."""
    root = {"b/é😀": [FLOATS, {"": np.arange(4, dtype=np.uint8)}], "version": "1.0"}
    header = (
        r'{"b\/\u00e9\ud83d\ude00":["",{"":""}],"version":"1.0","$items":['
        r'{"keys":["b\/\u00e9\ud83d\ude00",0],"length":12,"offset":4,"dtype":"float32","shape":[1,3]},'
        r'{"keys":["b\/\u00e9\ud83d\ude00",1,""],"length":4,"offset":20,"dtype":"uint8","shape":[4]}]}'
    )
    padding = 4 - len(header) % 4
    body = struct.pack("<3f4x4B4x", 1.5, -2.0, 3.25, 0, 1, 2, 3)
    assert written(root) == header.encode() + b" " * padding + bytes(4) + body


def test_arrays_are_views_into_the_content() -> None:
    content = bytearray(written({"a": FLOATS}))
    array = read_container(bytes(content), "x").root["a"]
    assert not array.flags.owndata
    assert not array.flags.writeable
    with pytest.raises(ValueError, match="read-only"):
        array[0, 0] = 1


def test_a_mapped_file_is_read_when_it_is_used(tmp_path: Path) -> None:
    path = tmp_path / "a.sfs"
    path.write_bytes(written({"a": FLOATS, "n": np.zeros((0, 3), np.float64)}))
    found = open_container(path)
    path.unlink()
    np.testing.assert_array_equal(found.root["a"], FLOATS)
    assert found.root["n"].shape == (0, 3)


def test_an_unaligned_double_is_read() -> None:
    item = {"keys": ["a"], "offset": 5, "length": 8, "dtype": "float64", "shape": [1]}
    content = container({"a": ""}, b"\x07" + struct.pack("<d", 0.1), [item])
    assert read_container(content, "x").root["a"].tolist() == [0.1]


def test_writers_may_align_and_order_as_they_like() -> None:
    root = {"a": FLOATS, "b": np.arange(3, dtype=np.uint64), "c": np.zeros(0, np.uint8)}
    content = written(root, align=64)
    found = read_container(content, "x")
    assert described(found.root) == described(root)
    for item in json.loads(content[: found.header_bytes])["$items"]:
        assert (found.header_bytes + item["offset"]) % 64 == 0
    overlapping = [{**ONE, "keys": ["b"]}, ONE]
    header = json.dumps({"$items": overlapping, "b": "", "a": "é"}, indent=2, ensure_ascii=False)
    both = read_container(container(header, FLOATS.tobytes()), "x").root
    np.testing.assert_array_equal(both["a"], both["b"])


def test_an_item_may_leave_out_its_dtype_and_shape() -> None:
    content = container({"a": ""}, b"abc", [{"keys": ["a"], "offset": 4, "length": 3}])
    assert read_container(content, "x").root["a"].tolist() == [97, 98, 99]


def test_words_that_json_has_not_are_read_and_not_written() -> None:
    root = read_container(container('{"a":[NaN,-Infinity],"$items":[]}'), "x").root
    assert math.isnan(root["a"][0])
    assert root["a"][1] == -math.inf
    with pytest.raises(ValueError, match=r"^a\.0 is nan, which JSON has not\.$"):
        written(root)


def test_an_array_of_another_type_is_not_written() -> None:
    with pytest.raises(ValueError, match="a has the dtype complex128"):
        written({"a": np.zeros(1, np.complex128)})
    big_endian = np.arange(3, dtype=">i4")
    assert read_container(written({"a": big_endian}), "x").root["a"].tolist() == [0, 1, 2]


LIES = {
    "no items": ('{"a":1}', "$items", "The list of arrays is missing."),
    "a list": ("[]", "header", "The header must be one JSON object."),
    "half of it": ('{"a":', "byte 5", "The header is not JSON: Expecting value."),
    "deep": ("[" * 100_000, "header", "Values are nested too deeply."),
    "deep and NaN": ('{"b":NaN,"a":' + "[" * 100_000, "header", "Values are nested too deeply."),
    "a long number": ('{"b":NaN,"a":' + "1" * 5000 + "}", "header", "A number is too long."),
    "items no list": ('{"$items":7}', "$items", "Expected `array`, got `int`."),
}


@pytest.mark.parametrize("name", LIES)
def test_a_header_that_is_none_is_refused(name: str) -> None:
    header, place, reason = LIES[name]
    error = refusal(container(header))
    assert (error.place, error.reason) == (place, reason)


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"length": 16}, "16 bytes from byte"),
        ({"offset": 8}, "reach beyond the file's"),
        ({"offset": -1}, "An offset and a length are not negative."),
        ({"length": -12}, "An offset and a length are not negative."),
        ({"offset": 2**70}, "reach beyond the file's"),
        ({"shape": [1, 2]}, "[1, 2] of float32 are not 12 bytes."),
        ({"shape": [-1, -3]}, "No array has the shape [-1, -3]."),
        ({"shape": [1] * 33}, "No array has the shape"),
        ({"shape": [2**40, 2**40, 0], "length": 0}, "(1099511627776,1099511627776,0)"),
        ({"shape": None, "length": 11}, "[2] of float32 are not 11 bytes."),
        ({"dtype": "float33"}, 'The dtype "float33" is not known.'),
        ({"dtype": "object"}, 'The dtype "object" is not known.'),
        ({"keys": []}, "keys is empty."),
        ({"keys": ["a", 0]}, "0 is looked for in what is neither an object nor a list."),
        ({"keys": ["l", 2]}, "2 is no place of a list of 2."),
        ({"keys": ["l", -1]}, "-1 is no place of a list of 2."),
        ({"keys": ["l", "0"]}, "0 is no place of a list of 2."),
        ({"keys": ["z", "a"]}, "There is no z."),
    ],
)
def test_an_item_that_lies_is_named(change: dict[str, Any], reason: str) -> None:
    header = {"a": "", "l": ["", ""]}
    error = refusal(container(header, FLOATS.tobytes(), [{**ONE, "keys": ["l", 0]}, ONE | change]))
    assert error.place.startswith("$items.1 (")
    assert reason in error.reason


def test_two_arrays_for_one_place_are_refused() -> None:
    error = refusal(container({"a": ""}, FLOATS.tobytes(), [ONE, ONE]))
    assert error.reason == "Two arrays are for this place."


def test_a_file_cut_anywhere_is_refused_or_whole() -> None:
    """Whole: only the zero bytes behind the last array are gone."""
    root = {"n": 1, "a": FLOATS, "b": np.arange(3, dtype=np.uint16)}
    content = written(root)
    whole = [cut for cut in range(len(content)) if reads_as(content[:cut], described(root))]
    assert whole == [len(content) - 2, len(content) - 1]


def reads_as(content: bytes, tree: Any) -> bool:
    try:
        return described(read_container(content, "x").root) == tree
    except UnreadableFile:
        return False


@settings(max_examples=60)
@given(trees)
def test_what_is_written_is_read_again(root: dict[str, Any]) -> None:
    assert described(read_container(written(root), "x").root) == described(root)


def fuzz(data: st.DataObject) -> None:
    """Any change of any bytes gives a tree or the one error of readers."""
    content = bytearray(written({"a": FLOATS, "n": [{"b": np.arange(5, dtype=np.int64)}, 1.5]}))
    for _ in range(data.draw(st.integers(1, 4))):
        place = data.draw(st.integers(0, len(content) - 1))
        content[place] = data.draw(st.sampled_from(list(b'{}[]":,0129-e\\\x00 \xff')))
    with contextlib.suppress(UnreadableFile):
        read_container(bytes(content), "x.sfs")


@settings(max_examples=150)
@given(st.data())
def test_changed_bytes_give_a_tree_or_the_one_error(data: st.DataObject) -> None:
    fuzz(data)


@pytest.mark.soak
@settings(max_examples=20_000)
@given(st.data())
def test_changed_bytes_in_full_formats_json_binary(data: st.DataObject) -> None:
    fuzz(data)
