"""The house: floors run one way, each library has its home, every room is known and shipped."""

import ast
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent

ROOMS = {
    ".": "__init__ __main__",
    "core": (
        "__init__ ahead allocator cache cuts device errors frames numba_cache optics reduced renderer shot stages "
        "surfaces"
    ),
    "core/classical": (
        "__init__ composite discs edges hidden layered layers light matte overlay parts pyramid scatter sharp split "
        "unseen"
    ),
    "core/depth": (
        "__init__ drift edges extra eyes files flicker make model motion normalise onnx_model opencv "
        "opencv_worker raw_maps sidecar source steady stereo window"
    ),
    "core/evaluation": (
        "__init__ benchmark_classical benchmark_depth benchmark_media benchmark_render benchmark_track evaluate "
        "measure methods metrics pictures table"
    ),
    "core/hidden": "__init__ clip flow motion reveal",
    "core/media": (
        "__init__ archive audio chroma codecs colour container decoder disparity exr fingerprint hdr10 held index "
        "info limits lock loss mark matroska mxf_sound numbering open orientation output output_format partial pieces "
        "png regular riff samples sampling sequence sequence_writer side_data stills timecode transfer video whole "
        "writer"
    ),
    "core/outlines": "__init__ outlined outliner ripples sharpened soft weights",
    "core/sample": "__init__ raycast scene",
    "core/svb": (
        "__init__ assets corrupt dataset outlines packed picture_file png_header recipe scene shots synthesis trace "
        "trace_gpu windows"
    ),
    "core/svb/procedural": "__init__ creatures figures light motifs noise painter pictures plants shapes things",
    "core/tracking": "__init__ appearance clicked steady template track tracker view",
    "core/training": "__init__ checkpoint curve log loop losses outlines plan prefetch presets source stage team",
    "core/vbr": (
        "__init__ bleeding blocks bounds coarse compiled configuration convolution fusion halves highlights model "
        "network norm prior pyramid refiner sight tensorfile unet weights"
    ),
    "plugin": (
        "__init__ conformed curve description effect export export_timeline farm fields focus_decisions "
        "given_disparity host host_frames key key_pieces key_syntax look_ahead media_clock params scale session "
        "sidecar spline state subject subject_edits subject_focus subject_metadata subject_tracking"
    ),
    "plugin/timeline": (
        "__init__ bundle_media clips collection document effects location media_time new notes picture_rate reattach "
        "references relinking saving uneven"
    ),
    "resources": "__init__",
    "ui": (
        "__init__ cli console contact_sheet defocus_overlay depth_grammar grammar option_groups panel_grammar progress "
        "result_file steps_plot streams tracking_grammar training_grammar"
    ),
    "ui/commands": (
        "__init__ apply benchmark demo depth evaluate export farm inputs panel probe remove render sample synth track "
        "train"
    ),
    "ui/panel": (
        "__init__ actions application autosave autosave_hold autosaver benchmark button_bar clip_list commands "
        "disparity_track edited_timeline edits effect_copy export_dialog export_form export_job files focus_pick "
        "full_radius given_disparity histogram histogram_widget history hover icons last_first latest legend looks "
        "media_in_hand media_opener message_bar nothing_here observing open_clip opened opening panes picture_area "
        "picture_feed pictures presenter project questions readiness readout render_worker ruler ruler_scale "
        "shortcuts_sheet split split_sides theme thumbnails transport transport_bar view_bar view_transform viewer "
        "viewer_paint waiting_edit widget_keys window"
    ),
    "ui/panel/curves": (
        "__init__ axis canvas chart drags edits inks key_bar lanes layers marks model operations paint_grid paint_lane "
        "painter picking pointer shapes shortcuts widget"
    ),
    "ui/panel/fields": "__init__ choice_list field stroke_button value_text",
    "ui/panel/inspector": "__init__ binding diamond rows slider slider_scale widget",
    "ui/panel/subjects": "__init__ aim colours follower following lanes model paint pointer rings strip",
}
"""The files of every folder."""

FLOORS = ["resources", "core", "plugin", "ui"]
"""Each may import itself and what stands before it; resources nothing at all."""

HOMES = {
    "torch": ["core/"],
    "torchvision": ["core/vbr/fusion.py"],
    "triton": ["core/svb/trace_gpu.py"],
    "av": ["core/media/"],
    "OpenEXR": ["core/media/exr.py"],
    "opentimelineio": ["plugin/timeline/"],
    "PySide6": ["ui/panel/"],
    "transformers": ["core/depth/model.py"],
    "onnxruntime": ["core/depth/onnx_model.py"],
    "cv2": ["core/depth/opencv_worker.py"],
    "tqdm": ["ui/"],
    "matplotlib": ["ui/", "core/training/curve.py", "core/evaluation/table.py"],
}


def sources() -> list[Path]:
    folders = [ROOT, *(ROOT / room for room in ROOMS if room != ".")]
    return sorted(path for folder in folders for path in folder.glob("*.py"))


def imports(path: Path) -> set[str]:
    """Modules that a file imports anywhere in it, ours as `focuspuller.…`."""
    package = ["focuspuller", *path.relative_to(ROOT).parent.parts]
    found = set()
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            base = package[: len(package) - node.level + 1] if node.level else []
            module = ".".join([*base, *([node.module] if node.module else [])])
            found |= {module} | {f"{module}.{alias.name}" for alias in node.names}
    return found


def test_every_file_is_in_its_known_room() -> None:
    shelf = {"tests", "build"}
    for path in ROOT.rglob("*.py"):
        place = path.relative_to(ROOT)
        if place.parts[0] in shelf or place.parts[0].startswith("."):
            continue
        room = place.parent.as_posix()
        assert room in ROOMS, f"{place}: a new room; name it in ROOMS"
        assert path.stem in ROOMS[room].split(), f"{place}: a new file; name it in ROOMS"
    for room, files in ROOMS.items():
        for stem in files.split():
            assert (ROOT / room / f"{stem}.py").is_file(), f"{room}/{stem}.py is named in ROOMS but gone"


@pytest.mark.parametrize("path", sources(), ids=lambda path: path.relative_to(ROOT).as_posix())
def test_floors_run_one_way_and_libraries_stay_home(path: Path) -> None:
    place = path.relative_to(ROOT).as_posix()
    floor = place.split("/")[0]
    for module in imports(path):
        parts = module.split(".")
        if parts[0] == "focuspuller" and len(parts) > 1 and floor in FLOORS and parts[1] in FLOORS:
            allowed = FLOORS[: FLOORS.index(floor) + 1]
            assert parts[1] in allowed, f"{place} imports {module}: floors run ui → plugin → core"
            assert floor != "resources" or parts[1] == "resources", f"{place} imports {module}: resources is a leaf"
        assert not (place.startswith("ui/panel/") and "commands" in parts[2:3]), f"{place}: commands use the panel"
        if parts[0] in HOMES:
            assert any(place.startswith(home) for home in HOMES[parts[0]]), f"{place} imports {parts[0]}"


def test_every_subpackage_is_shipped() -> None:
    config = tomllib.loads((ROOT / "pyproject.toml").read_text())
    shipped = set(config["tool"]["setuptools"]["packages"])
    assert shipped == {".".join(["focuspuller", *Path(room).parts]) for room in ROOMS}


def test_every_room_has_its_tests() -> None:
    """Tests mirror the source."""
    for room, files in ROOMS.items():
        if room != "." and files != "__init__":
            assert list((ROOT / "tests" / room).glob("test_*.py")), f"{room} has no tests/{room}/test_*.py"
