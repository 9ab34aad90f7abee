"""focuspuller: pull focus, after the fact, on footage that is sharp everywhere."""

__version__ = "0.1.0"
