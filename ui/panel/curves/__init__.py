"""The curve editor: focus distance and aperture over time, keyed by hand."""
