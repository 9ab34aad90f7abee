"""Classical renderers: draft quality, baselines, and the physical prior of the network."""
