"""Subjects that the focus follows: clicked in the picture, shown as lanes over the curves, decided on by dragging."""
