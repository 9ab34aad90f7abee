"""Thin-lens optics: what the editor keys (metres, f-number) to what the renderer needs (blur, focus disparity).

Everything is linear in dioptres, so disparity, which is dioptres normalised between the lens's far and near
distances, maps exactly onto the blur radius: S = K (D - d_f)  (Eq 1-2).
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from .errors import OpticsError

SENSOR_WIDTH = 36.0
"""mm: focal lengths are 35 mm equivalents."""

PINHOLE = 32.0
"""f-number at which the iris is closed to a pinhole and the picture passes untouched."""


@dataclass(frozen=True, slots=True)
class Lens:
    """The lens that the clip is re-shot with, and the distances that its disparity spans.

    Args:
        focal_length: mm, 35 mm equivalent, > 0.
        near: metres at disparity 1, > 0.
        far: metres at disparity 0, > near; may be inf.

    Raises:
        OpticsError: a value outside its range.
    """

    focal_length: float = 50.0
    near: float = 0.8
    far: float = math.inf

    def __post_init__(self) -> None:
        if not (math.isfinite(self.focal_length) and self.focal_length > 0):
            raise OpticsError(f"focal length is {self.focal_length} mm; give a positive number, such as 50")
        if not (math.isfinite(self.near) and self.near > 0):
            raise OpticsError(f"near is {self.near} m; give a positive distance, such as 0.8")
        if not self.far > self.near:
            raise OpticsError(f"far ({self.far} m) must be beyond near ({self.near} m); inf is allowed")

    @property
    def dioptre_range(self) -> float:
        """1/m between disparity 0 and disparity 1."""
        return 1 / self.near - 1 / self.far


@dataclass(frozen=True, slots=True)
class Defocus:
    """How one frame is defocused: Eq 1-2's K (`blur`, px of radius per unit of disparity) and d_f."""

    blur: float
    focus_disparity: float

    @property
    def max_radius(self) -> float:
        """Largest blur radius, px, that any disparity in [0, 1] can get."""
        return self.blur * max(abs(self.focus_disparity), abs(1 - self.focus_disparity))

    @property
    def is_identity(self) -> bool:
        return self.blur == 0.0


def disparity_at(distance: float, lens: Lens) -> float:
    """Disparity of a distance in metres (inf allowed); outside [near, far] it runs past [0, 1].

    Raises:
        OpticsError: the distance is not positive.
    """
    if not distance > 0:
        raise OpticsError(f"focus distance is {distance} m; it must be positive, or inf")
    return (1 / distance - 1 / lens.far) / lens.dioptre_range


def distance_at(disparity: float, lens: Lens) -> float:
    """Distance in metres of a disparity; inf at and beyond the lens's infinity."""
    dioptres = 1 / lens.far + disparity * lens.dioptre_range
    return 1 / dioptres if dioptres > 0 else math.inf


def blur_per_disparity(aperture: float, focus_distance: float, lens: Lens, width: int) -> float:
    """K: blur radius in pixels per unit of disparity, for a frame `width` pixels wide.

    The circle of confusion on the sensor is c = f²/N |1/z - 1/z_f| / (1 - f/z_f); its radius in pixels is
    c/2 · width/36. Over its last stop, from f/22.6 to f/32, the iris closes on to a pinhole, so that an aperture
    keyed to its end arrives at the untouched source without a jump.

    Raises:
        OpticsError: aperture not positive and finite, or focus at or inside the focal length.
    """
    if not (math.isfinite(aperture) and aperture > 0):
        raise OpticsError(f"aperture is f/{aperture:g}; it must be a positive f-number, such as 2 or 5.6")
    focal_length = lens.focal_length / 1000
    if not focus_distance > focal_length:
        raise OpticsError(
            f"focus distance {focus_distance:g} m is not beyond the {lens.focal_length:g} mm focal length; "
            "focus farther away or shorten the focal length"
        )
    coc_per_dioptre = focal_length**2 / aperture / (1 - focal_length / focus_distance)
    pixels_per_metre = width / (SENSOR_WIDTH / 1000)
    iris = min(1.0, max(0.0, 2 * math.log2(PINHOLE / aperture)))
    return iris * coc_per_dioptre * lens.dioptre_range / 2 * pixels_per_metre


def defocus_of(aperture: float, focus_distance: float, lens: Lens, width: int) -> Defocus:
    """What the renderer needs at one frame, from what the editor keyed there."""
    return Defocus(blur_per_disparity(aperture, focus_distance, lens, width), disparity_at(focus_distance, lens))


def lens_settings_of(defocus: Defocus, lens: Lens, width: int) -> tuple[float, float]:
    """(aperture, focus distance) that give this defocus: the inverse of `defocus_of` below the closing stop.

    Raises:
        OpticsError: no blur (any closed aperture gives it), or focus at or inside the focal length.
    """
    if not defocus.blur > 0:
        raise OpticsError("a blur of 0 has no one aperture; use the pinhole, f/32")
    distance = distance_at(defocus.focus_disparity, lens)
    at_f1 = blur_per_disparity(1.0, distance, lens, width)
    return at_f1 / defocus.blur, distance


def sharpness_limits(defocus: Defocus, radius: float) -> tuple[float, float]:
    """(far, near) disparities between which the blur radius stays within `radius` px."""
    if defocus.is_identity:
        return -math.inf, math.inf
    reach = radius / defocus.blur
    return defocus.focus_disparity - reach, defocus.focus_disparity + reach


def sharp_dioptres(
    apertures: np.ndarray, focus_distances: np.ndarray, lens: Lens, circle: float
) -> tuple[np.ndarray, np.ndarray]:
    """(far, near) dioptres between which the circle of confusion on the sensor stays within `circle` mm.

    One for every pair of apertures (f-numbers) and focus distances (metres); infinite for a pinhole, and NaN where the
    focus lies at or inside the focal length.
    """
    focal_length = lens.focal_length / 1000
    dioptres = 1 / focus_distances
    beyond = np.where(dioptres * focal_length < 1, 1 - dioptres * focal_length, np.nan)
    iris = np.clip(2 * np.log2(PINHOLE / apertures), 0.0, 1.0)
    with np.errstate(divide="ignore"):
        reach = circle / 1000 * apertures * beyond / (focal_length**2 * iris)
    return dioptres - reach, dioptres + reach


def largest_radii(apertures: np.ndarray, focus_distances: np.ndarray, lens: Lens, width: int) -> np.ndarray:
    """`Defocus.max_radius` of every pair of an aperture (f-number) and a focus distance (metres); NaN where no lens can
    be set so."""
    focal_length = lens.focal_length / 1000
    possible = np.isfinite(apertures) & (apertures > 0) & (focus_distances > focal_length)
    with np.errstate(divide="ignore", invalid="ignore"):
        iris = np.clip(2 * np.log2(PINHOLE / apertures), 0.0, 1.0)
        per_dioptre = iris * focal_length**2 / apertures / (1 - focal_length / focus_distances)
        reach = np.maximum(np.abs(1 / focus_distances - 1 / lens.far), np.abs(1 / lens.near - 1 / focus_distances))
    radii: np.ndarray = np.where(possible, per_dioptre * reach / 2 * width / (SENSOR_WIDTH / 1000), np.nan)
    return radii


def defocus_map(disparity: np.ndarray, defocus: Defocus) -> np.ndarray:
    """S, signed blur radius in px, positive in front of the focal plane (Eq 2). Shape (H, W), float32."""
    s: np.ndarray = np.float32(defocus.blur) * (disparity - np.float32(defocus.focus_disparity))
    return s
