"""The inspector: every parameter of the effect, with its key diamond, its slider and its field."""
