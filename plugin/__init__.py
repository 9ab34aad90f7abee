"""The effect in a host's words: OpenFX's actions, OTIO's timelines, animatable parameters. Numpy in, numpy out."""
