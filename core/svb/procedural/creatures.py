"""People, hands and animals: limbs, faces, hair, fur."""

from __future__ import annotations

import numpy as np

from ...frames import Image
from .motifs import lettering, patch
from .noise import palette
from .painter import blank, paint_strokes
from .pictures import filled
from .shapes import Points, Rng, blob_profile, strand, strokes


def person(rng: Rng, size: int) -> Image:
    """Head, hair, torso, arms: half-length or full, in cloth."""
    canvas = blank(size, size)
    full = rng.random() < 0.4
    unit = size * (0.075 if full else 0.15)
    middle = size / 2 + rng.normal(0, 0.04) * size
    top = unit * rng.uniform(1.5, 2.0)
    skin = palette(rng, 1, ("skin",))[0]
    shade = skin * rng.uniform(0.6, 0.9)
    cloth, trousers = palette(rng, 2)
    hair = palette(rng, 1, ("ink", "wood", "autumn", "paper", "earth"))[0]
    shoulder = top + unit * 1.55
    hip = shoulder + unit * (2.6 if full else 6)
    half = unit * rng.uniform(1.0, 1.5)
    long_hair = rng.random() < 0.5
    if long_hair:
        _hair(rng, canvas, hair, (middle, top), unit, 3.4)
    if full:
        for side in (-1, 1):
            foot = middle + side * unit * rng.uniform(0.2, 1.6)
            leg = np.array([[middle + side * half * 0.45, hip], [foot, hip + unit * 2.2], [foot, hip + unit * 4.3]])
            paint_strokes(canvas, strokes(leg, np.array([0.55, 0.42, 0.3]) * unit, trousers, roundness=0.35))
            shoe = np.array([[foot, hip + unit * 4.4], [foot + side * unit * 0.5, hip + unit * 4.5]])
            paint_strokes(canvas, strokes(shoe, unit * 0.28, palette(rng, 1)[0]))
    neck = np.array([[middle, top], [middle, shoulder]])
    paint_strokes(canvas, strokes(neck, unit * 0.42, shade, roundness=0.3))
    torso = blank(size, size)
    spine = np.array([[middle, shoulder + half * 0.5], [middle + rng.normal(0, 0.1) * unit, hip]])
    paint_strokes(torso, strokes(spine, np.array([half, half * rng.uniform(0.75, 1.2)]), cloth))
    if rng.random() < 0.5:
        torso = filled(rng, torso)
    if rng.random() < 0.3:
        lettering(rng, torso, (middle - half * 0.7, shoulder + half, middle + half * 0.7, shoulder + half * 2))
        torso[..., :3] *= torso[..., 3:]
    canvas[...] = canvas * (1 - torso[..., 3:]) + torso
    for side in (-1, 1):
        elbow = np.array([middle + side * half * rng.uniform(1.0, 1.8), shoulder + unit * rng.uniform(1.0, 2.2)])
        hand = elbow + rng.uniform(-1.6, 1.6, 2) * unit
        arm = np.array([[middle + side * half * 0.8, shoulder + half * 0.3], elbow, hand])
        sleeve = skin if rng.random() < 0.3 else cloth * rng.uniform(0.8, 1.1)
        paint_strokes(canvas, strokes(arm[:2], np.array([0.45, 0.36]) * unit, sleeve, roundness=0.35))
        paint_strokes(
            canvas, strokes(arm[1:], np.array([0.36, 0.22]) * unit, skin, second=sleeve[None], roundness=0.35)
        )
        _fingers(rng, canvas, skin, hand, float(np.arctan2(*(hand - elbow)[::-1])), unit * 0.3)
    face = blob_profile(rng, 0.15, 1.5)
    patch(
        rng, canvas, face, (middle, top), unit * 0.8, aspect=1.25, colour=skin, second=shade, shading=0.35, grain=0.06
    )
    for dx, dy, width in ((-0.3, -0.1, 0.1), (0.3, -0.1, 0.1), (0, 0.5, 0.22), (0, 0.2, 0.06)):
        dark = skin * rng.uniform(0.15, 0.6)
        patch(rng, canvas, face, (middle + dx * unit, top + dy * unit), max(0.6, width * unit), aspect=0.5, colour=dark)
    _hair(rng, canvas, hair, (middle, top - unit * 0.35), unit, 0.5 if long_hair else rng.uniform(0.1, 0.7))
    return canvas


def _hair(rng: Rng, canvas: Image, colour: Image, crown: tuple[float, float], unit: float, length: float) -> None:
    """Strands that fall or stand from the upper half of a head of radius `unit`."""
    x, y = crown
    patch(rng, canvas, blob_profile(rng, 0.3), (x, y - 0.25 * unit), unit * 0.8, aspect=0.8, colour=colour)
    wild = rng.uniform(0.1, 0.8)
    for _ in range(int(rng.integers(40, 160))):
        turn = rng.uniform(-np.pi, 0)
        start = x + unit * 0.75 * np.cos(turn), y + unit * 0.6 * np.sin(turn)
        if length > 1:
            turn = np.pi / 2 + rng.normal(0, 0.12 + 0.2 * wild)
        path = strand(rng, start, turn + rng.normal(0, wild), unit * length * rng.uniform(0.6, 1.2), 0.8 * wild, 5)
        tone = colour * rng.uniform(0.6, 1.5)
        paint_strokes(canvas, strokes(path, np.linspace(1, 0.3, 6) * rng.uniform(0.35, 1.1), tone))


def _fingers(rng: Rng, canvas: Image, skin: Image, wrist: Points, angle: float, unit: float) -> None:
    palm = np.array([wrist, wrist + unit * np.array([np.cos(angle), np.sin(angle)])])
    paint_strokes(canvas, strokes(palm, unit * 0.75, skin, roundness=0.3))
    for spread in (-0.9, -0.35, -0.1, 0.15, 0.4):
        turn = angle + spread * rng.uniform(0.8, 1.5)
        path = strand(rng, palm[1], turn, unit * rng.uniform(1.4, 2.2), 0.5, 3)
        paint_strokes(canvas, strokes(path, unit * np.array([0.26, 0.24, 0.22, 0.18]), skin, roundness=0.5))


def hand(rng: Rng, size: int) -> Image:
    """A forearm and fingers, close."""
    canvas = blank(size, size)
    skin = palette(rng, 1, ("skin",))[0]
    wrist = np.array([size * 0.5, size * 0.58]) + rng.normal(0, 0.03, 2) * size
    arm = np.array([[size * rng.uniform(0.3, 0.7), size * 0.97], wrist])
    paint_strokes(canvas, strokes(arm, np.array([0.11, 0.085]) * size, skin * rng.uniform(0.8, 1.1), roundness=0.4))
    _fingers(rng, canvas, skin, wrist, -np.pi / 2 + rng.normal(0, 0.2), size * 0.14)
    return canvas


def animal(rng: Rng, size: int) -> Image:
    """Body, head, legs, tail, and fur that stands off the outline."""
    canvas = blank(size, size)
    coat = palette(rng, 3, ("earth", "wood", "autumn", "ink", "paper", "concrete"))
    unit = size * 0.16
    x, y = size * 0.48, size * 0.5
    for leg in (-1.3, -0.8, 0.8, 1.25):
        path = strand(rng, (x + leg * unit, y + unit * 0.4), np.pi / 2, unit * 2.0, 0.3, 4)
        paint_strokes(canvas, strokes(path, np.linspace(0.35, 0.18, 5) * unit, coat[0] * rng.uniform(0.6, 1)))
    tail = strand(rng, (x - unit * 1.6, y), np.pi + rng.uniform(-0.3, 1.2), unit * 1.6, 1.2, 6)
    body, head = blob_profile(rng, 0.4), blob_profile(rng, 0.5)
    parts = [(x, y, unit * 1.7, 0.6, body), (x + unit * 1.7, y - unit * 0.9, unit * 0.75, 0.95, head)]
    for px, py, radius, aspect, outline in parts:
        patch(
            rng,
            canvas,
            outline,
            (px, py),
            radius,
            aspect=aspect,
            colour=coat[0],
            second=coat[1],
            shading=0.2,
            grain=0.4,
        )
    hairs = int(rng.integers(150, 500))
    length = unit * rng.uniform(0.12, 0.6)
    for n in range(hairs):
        px, py, radius, aspect, _ = parts[int(rng.random() < 0.3)]
        turn = rng.uniform(0, 2 * np.pi)
        reach = rng.uniform(0.6, 1.0) if n % 2 else 1.0
        start = px + radius * reach * np.cos(turn), py + radius * aspect * reach * np.sin(turn)
        path = strand(rng, start, turn + rng.normal(0.5, 0.4), length * rng.uniform(0.5, 1.3), 0.6, 3)
        tone = coat[int(rng.integers(3))] * rng.uniform(0.7, 1.2)
        paint_strokes(canvas, strokes(path, np.linspace(1, 0.25, 4) * rng.uniform(0.4, 1.2), tone))
    paint_strokes(canvas, strokes(tail, np.linspace(0.3, 0.12, 7) * unit, coat[1]))
    for ear in (-0.3, 0.35):
        path = np.array([[x + unit * (1.7 + ear), y - unit * 1.4], [x + unit * (1.7 + 2 * ear), y - unit * 2.1]])
        paint_strokes(canvas, strokes(path, np.array([0.3, 0.06]) * unit, coat[1]))
    return canvas
