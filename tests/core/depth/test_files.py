import tracemalloc
import zipfile
from contextlib import suppress
from pathlib import Path

import numpy as np
import pytest
from focuspuller.core.depth.files import open_maps
from focuspuller.core.depth.source import DisparitySource, Quantity
from focuspuller.core.errors import FrameUnreadable, MediaError, MediaNotFound, MediaUnreadable
from OpenEXR import ZIP_COMPRESSION, File, scanlineimage

from tests import clips

DEPTHS = np.random.default_rng(0).uniform(0.5, 9, (5, 12, 16)).astype(np.float32)


def opened(path: Path) -> DisparitySource:
    return open_maps(path, Quantity.DEPTH)


@pytest.mark.parametrize("save", [np.savez, np.savez_compressed])
@pytest.mark.parametrize("shape", [(5, 12, 16), (5, 12, 16, 1)])
def test_video_depth_anythings_archive_is_read_frame_by_frame(tmp_path: Path, save: object, shape: object) -> None:
    assert callable(save)
    save(tmp_path / "a.npz", depths=DEPTHS.reshape(shape), fps=24)
    source = opened(tmp_path / "a.npz")
    assert (len(source), source.per_frame) == (5, False)
    np.testing.assert_array_equal([*source.maps(0)], DEPTHS)
    np.testing.assert_array_equal([*source.maps(3)], DEPTHS[3:])
    source.close()


@pytest.mark.parametrize("name", ["depth.Z", "Z", "Y"])
def test_exr_gives_the_stored_numbers(tmp_path: Path, name: str) -> None:
    for index, depth in enumerate(DEPTHS):
        header = {"compression": ZIP_COMPRESSION, "type": scanlineimage}
        File(header, {name: depth}).write(str(tmp_path / f"z.{index:04d}.exr"))
    source = opened(tmp_path / "z.%04d.exr")
    np.testing.assert_array_equal([*source.maps(1)], DEPTHS[1:])


def test_a_movie_gives_its_grey(tmp_path: Path) -> None:
    source = opened(clips.write_clip(tmp_path / "d.mkv", clips.near_square(3)))
    np.testing.assert_allclose(next(source.maps(2)), clips.near_square(3)[2][..., 0], atol=0.51 / 255)
    source.close()


@pytest.mark.parametrize(
    "arrays",
    [
        {"depths": np.zeros((4, 4))},
        {"depths": np.zeros((2, 3, 4, 5))},
        {"depths": np.zeros((0, 4, 4))},
        {"depths": np.array([[["a"]]])},
        {"depths": np.asfortranarray(np.zeros((2, 3, 4)))},
        {"depths": np.zeros((2, 3, 4), complex)},
        {"a": np.zeros((2, 3, 4)), "b": np.zeros((2, 3, 4))},
        {"depths": np.zeros((1, 1, 20000), np.uint8)},
    ],
)
def test_other_arrays_are_refused(tmp_path: Path, arrays: dict[str, np.ndarray]) -> None:
    np.savez(tmp_path / "a.npz", allow_pickle=True, **arrays)
    with pytest.raises(MediaUnreadable):
        opened(tmp_path / "a.npz")


def test_nothing_is_unpickled_and_no_header_believed(tmp_path: Path) -> None:
    path = tmp_path / "a.npz"
    np.savez(path, depths=np.array([print], object), allow_pickle=True)
    with pytest.raises(MediaUnreadable):
        opened(path)
    np.savez(path, depths=DEPTHS)
    member = zipfile.ZipFile(path).read("depths.npy")
    for text in (member.replace(b"(5, 12, 16)", b"(9, 99, 99)"), member[:100], b"", member[:-40]):
        with zipfile.ZipFile(path, "w") as archive:
            archive.writestr("depths.npy", text)
        with pytest.raises(MediaUnreadable):
            opened(path)
    path.write_bytes(b"PK\3\4 no archive")
    with pytest.raises(MediaUnreadable):
        opened(path)
    with pytest.raises(MediaNotFound):
        opened(tmp_path / "gone.npz")


@pytest.mark.parametrize("packing", [zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA])
def test_packings_that_unpack_without_bounds_are_refused(tmp_path: Path, packing: int) -> None:
    with zipfile.ZipFile(tmp_path / "a.npz", "w", packing) as archive, archive.open("depths.npy", "w") as member:
        np.lib.format.write_array(member, DEPTHS)
    with pytest.raises(MediaUnreadable):
        opened(tmp_path / "a.npz")


@pytest.mark.parametrize(
    "header", [b"\0\0\0\4" + bytes(64 << 20), (9000).to_bytes(4, "little") + b"-" * 8999 + b"1"], ids=["long", "deep"]
)
def test_a_header_takes_no_memory_to_speak_of(tmp_path: Path, header: bytes) -> None:
    with zipfile.ZipFile(tmp_path / "a.npz", "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("depths.npy", b"\x93NUMPY\2\0" + header)
    tracemalloc.start()
    with pytest.raises(MediaUnreadable):
        opened(tmp_path / "a.npz")
    assert tracemalloc.get_traced_memory()[1] < 8 << 20
    tracemalloc.stop()


def test_a_name_that_is_no_text_is_damage(tmp_path: Path) -> None:
    path = tmp_path / "a.npz"
    np.savez(path, é=DEPTHS)
    path.write_bytes(path.read_bytes().replace("é".encode(), b"\xff\xff"))
    with pytest.raises(MediaUnreadable):
        opened(path)


def test_no_damage_is_a_fault_of_ours(tmp_path: Path) -> None:
    path = tmp_path / "a.npz"
    np.savez_compressed(path, depths=np.tile(DEPTHS, (1, 9, 9)))
    whole = path.read_bytes()
    random = np.random.default_rng(1)
    for _ in range(60):
        data = bytearray(whole)
        data[int(random.integers(len(data)))] ^= int(random.integers(1, 256))
        path.write_bytes(data)
        with suppress(MediaError):
            [*opened(path).maps(0)]


def test_damage_within_is_told_at_its_frame(tmp_path: Path) -> None:
    path = tmp_path / "a.npz"
    np.savez(path, depths=np.tile(DEPTHS, (1, 9, 9)))
    data = bytearray(path.read_bytes())
    data[len(data) // 2] ^= 255
    path.write_bytes(data)
    with pytest.raises(FrameUnreadable, match="save it again"):
        [*opened(path).maps(0)]
