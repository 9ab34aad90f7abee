"""Where the picture lies in the viewer: fitted, or zoomed and panned. Widget points are device-independent pixels."""

from __future__ import annotations

from dataclasses import dataclass, replace

Point = tuple[float, float]

LARGEST = 32.0
"""Device pixels to a picture pixel."""

SMALLEST = 1 / 32
KEPT = 40.0
"""Pixels of the picture that panning always leaves in view."""


@dataclass(frozen=True, slots=True)
class ViewTransform:
    """A picture of `picture` pixels in a widget of `widget` points.

    Args:
        aspect: width of a picture's pixel over its height.
        ratio: device pixels to a point (HiDPI).
        scale: points to a picture pixel of height; None fits the picture, whatever size the widget takes.
        centre: the point of the picture, in its pixels, that lies in the middle of the widget.
    """

    picture: tuple[int, int]
    widget: tuple[float, float]
    aspect: float = 1.0
    ratio: float = 1.0
    scale: float | None = None
    centre: Point = (0.0, 0.0)

    @property
    def fits(self) -> bool:
        return self.scale is None

    @property
    def acting_scale(self) -> float:
        """Points to a picture pixel of height."""
        if self.scale is not None:
            return self.scale
        (width, height), (room_x, room_y) = self.picture, self.widget
        return max(min(room_x / (width * self.aspect), room_y / height), 1e-6)

    @property
    def zoom(self) -> float:
        """Device pixels to a picture pixel: 1 is 100 %."""
        return self.acting_scale * self.ratio

    def to_widget(self, point: Point) -> Point:
        scale, (x, y) = self.acting_scale, self._acting_centre
        return (
            self.widget[0] / 2 + (point[0] - x) * scale * self.aspect,
            self.widget[1] / 2 + (point[1] - y) * scale,
        )

    def to_picture(self, point: Point) -> Point:
        """Picture coordinates, in which pixel (i, j) covers i to i + 1 and j to j + 1."""
        scale, (x, y) = self.acting_scale, self._acting_centre
        return (
            x + (point[0] - self.widget[0] / 2) / (scale * self.aspect),
            y + (point[1] - self.widget[1] / 2) / scale,
        )

    def pixel_at(self, point: Point) -> tuple[int, int] | None:
        """(column, row) of the picture's pixel there; None beside the picture."""
        x, y = self.to_picture(point)
        return (int(x), int(y)) if 0 <= x < self.picture[0] and 0 <= y < self.picture[1] else None

    def fitted(self) -> ViewTransform:
        return replace(self, scale=None)

    def at_zoom(self, zoom: float, around: Point) -> ViewTransform:
        """Zoomed so that the picture stays where it is under a widget point."""
        held = self.to_picture(around)
        zoomed = replace(self, scale=min(max(zoom, SMALLEST), LARGEST) / self.ratio, centre=self._acting_centre)
        moved = zoomed.to_widget(held)
        return zoomed.panned(around[0] - moved[0], around[1] - moved[1])

    def zoomed(self, factor: float, around: Point) -> ViewTransform:
        return self.at_zoom(self.zoom * factor, around)

    def panned(self, dx: float, dy: float) -> ViewTransform:
        """The picture moved by widget points, some of it always left in view."""
        scale, (x, y) = self.acting_scale, self._acting_centre
        reach_x = max(self.widget[0] / 2 - KEPT, 0) / (scale * self.aspect)
        reach_y = max(self.widget[1] / 2 - KEPT, 0) / scale
        centre = (
            min(max(x - dx / (scale * self.aspect), -reach_x), self.picture[0] + reach_x),
            min(max(y - dy / scale, -reach_y), self.picture[1] + reach_y),
        )
        return replace(self, scale=scale, centre=centre)

    def resized(self, widget: tuple[float, float], ratio: float) -> ViewTransform:
        """In a widget of another size or on another screen; 100 % stays 100 %."""
        scale = None if self.scale is None else self.scale * self.ratio / ratio
        return replace(self, widget=widget, ratio=ratio, scale=scale)

    def showing(self, picture: tuple[int, int], aspect: float) -> ViewTransform:
        """Of another clip's pictures; fitted when they are of another shape."""
        same = (picture, aspect) == (self.picture, self.aspect)
        return self if same else replace(self, picture=picture, aspect=aspect, scale=None)

    @property
    def _acting_centre(self) -> Point:
        return (self.picture[0] / 2, self.picture[1] / 2) if self.fits else self.centre
