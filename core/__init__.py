"""Tensors and media: optics, renderers, readers and writers. Knows no timeline and no screen."""

from .numba_cache import ensure_place

ensure_place()
