from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from focuspuller.core.errors import AssetsUnusable
from focuspuller.core.svb.assets import AssetSource, FolderAssets, ProceduralAssets
from PIL import Image as Pillow


@pytest.fixture
def folders(tmp_path: Path) -> tuple[Path, Path]:
    backgrounds, objects = tmp_path / "backgrounds", tmp_path / "objects" / "people"
    backgrounds.mkdir()
    objects.mkdir(parents=True)
    rng = np.random.default_rng(0)
    for n in range(3):
        Pillow.fromarray(rng.integers(0, 256, (60, 90, 3), np.uint8)).save(backgrounds / f"{n}.jpg")
    rgba = np.zeros((50, 80, 4), np.uint8)
    rgba[10:40, 20:40] = (200, 100, 50, 255)
    Pillow.fromarray(rgba).save(objects / "box.png")
    Pillow.fromarray(np.full((20, 20, 4), 255, np.uint8)).save(objects / "opaque.png")
    Pillow.fromarray(np.zeros((20, 20, 4), np.uint8)).save(objects / "empty.png")
    return backgrounds, tmp_path / "objects"


def check(source: AssetSource, seed: int) -> None:
    draws = []
    for _ in range(2):
        rng = np.random.default_rng(seed)
        draws.append((source.background(rng, 44, 70), source.cutout(rng, 48)))
    (background, cutout), again = draws
    assert np.array_equal(background, again[0])
    assert np.array_equal(cutout, again[1])
    assert background.shape == (44, 70, 3)
    assert max(cutout.shape[:2]) == 48
    assert cutout.shape[2] == 4
    for image in (background, cutout):
        assert image.dtype == np.float32
        assert np.isfinite(image).all()
        assert image.min() >= 0
        assert image.max() <= 1
    alpha = cutout[..., 3]
    assert not alpha[[0, -1]].any()
    assert not alpha[:, [0, -1]].any()


@pytest.mark.parametrize("seed", range(12))
def test_procedural_assets_keep_the_contract(seed: int) -> None:
    check(ProceduralAssets(), seed)


def test_procedural_cutouts_are_seen_but_do_not_fill_their_square() -> None:
    rng = np.random.default_rng(1)
    shares = [ProceduralAssets().cutout(rng, 90)[..., 3].mean() for _ in range(40)]
    assert min(shares) > 0.003
    assert max(shares) < 0.97
    assert np.mean(shares) > 0.15


def test_procedural_pictures_differ_and_are_lit() -> None:
    rng = np.random.default_rng(2)
    pictures = np.stack([ProceduralAssets().background(rng, 64, 64) for _ in range(24)])
    means = pictures.mean(axis=(1, 2))
    assert 0.2 < means.mean() < 0.7
    assert means.std(axis=0).min() > 0.08
    assert np.median(pictures.std(axis=(1, 2))) > 0.05


def test_folders_keep_the_contract(folders: tuple[Path, Path]) -> None:
    for seed in range(4):
        check(FolderAssets(*folders), seed)


def test_a_source_is_known_by_its_pictures(folders: tuple[Path, Path]) -> None:
    before = FolderAssets(*folders).name
    assert FolderAssets(*folders).name == before
    picture = next(path for path in folders[0].rglob("*") if path.is_file())
    picture.write_bytes(picture.read_bytes() + b"more")
    assert FolderAssets(*folders).name != before


def test_what_other_programs_would_open_is_no_picture(folders: tuple[Path, Path]) -> None:
    for path in folders[0].rglob("*"):
        if path.is_file():
            path.write_bytes(b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 9 9\n")
    with pytest.raises(AssetsUnusable, match="cannot be read"):
        FolderAssets(*folders)


def test_a_cutout_is_cropped_to_what_is_seen_and_keeps_its_colour(folders: tuple[Path, Path]) -> None:
    cutout = FolderAssets(*folders).cutout(np.random.default_rng(0), 62)
    assert cutout.shape == (62, 42, 4)  # 30 x 20 px scaled by 2, and its rim
    assert cutout[31, 21] == pytest.approx([200 / 255, 100 / 255, 50 / 255, 1], abs=0.01)


def test_unusable_folders_are_named(folders: tuple[Path, Path], tmp_path: Path) -> None:
    backgrounds, objects = folders
    with pytest.raises(AssetsUnusable, match="no pictures there"):
        FolderAssets(tmp_path / "nowhere", objects)
    with pytest.raises(AssetsUnusable, match="give RGBA cut-outs"):
        FolderAssets(backgrounds, backgrounds).cutout(np.random.default_rng(0), 40)
    Pillow.fromarray(np.zeros((9, 9), np.float32)).save(backgrounds / "float.tif")
    with pytest.raises(AssetsUnusable, match=r"float.tif: .* 8 or 16 bits"):
        FolderAssets(backgrounds, objects)
    (backgrounds / "float.tif").write_bytes(b"not a picture")
    with pytest.raises(AssetsUnusable, match=r"float.tif: .*repair or remove"):
        FolderAssets(backgrounds, objects)


def test_hidden_files_are_no_pictures_and_damaged_ones_are_passed_over(folders: tuple[Path, Path]) -> None:
    for folder, name in zip(folders, ("0.jpg", "people/box.png"), strict=True):
        (folder / "._0.jpg").write_bytes(b"what a Mac leaves beside")
        whole = (folder / name).read_bytes()
        for damaged in ("damaged0", "damaged1"):
            (folder / damaged).with_suffix(Path(name).suffix).write_bytes(whole[: len(whole) * 2 // 3])
    for seed in range(4):
        check(FolderAssets(*folders), seed)
    for path in folders[0].glob("[0-9].jpg"):
        path.unlink()
    with pytest.raises(AssetsUnusable, match="every picture is damaged"):
        FolderAssets(*folders).background(np.random.default_rng(0), 20, 20)


def test_a_disk_that_is_gone_makes_no_other_scenes(folders: tuple[Path, Path]) -> None:
    assets = FolderAssets(*folders)
    for path in folders[0].iterdir():
        path.unlink()
    with pytest.raises(AssetsUnusable, match="see to its disk"):
        assets.background(np.random.default_rng(0), 20, 20)


def test_pictures_are_upright_and_as_bright_as_they_are(folders: tuple[Path, Path], tmp_path: Path) -> None:
    alone = tmp_path / "alone"
    alone.mkdir()
    ramp = np.linspace(0, 65535, 60, dtype=np.uint16)[:, None].repeat(60, 1)
    exif = Pillow.Exif()
    exif[0x0112] = 6  # turned by a quarter, clockwise
    Pillow.fromarray(ramp).save(alone / "grey.png", exif=exif)
    drawn = FolderAssets(alone, folders[1]).background(np.random.default_rng(0), 60, 60)
    assert 0.4 < drawn[:, 0].mean() - drawn[:, -1].mean() <= 1
    assert np.allclose(drawn, drawn[:1], atol=0.01)


def test_things_of_a_few_pixels_can_be_painted_too() -> None:
    assets = ProceduralAssets()
    for seed in range(30):
        size = 8 + seed
        assert assets.cutout(np.random.default_rng(seed), size).shape[-1] == 4
