"""Tensors and media: optics, renderers, readers and writers. Knows no timeline and no screen."""
