"""SVB: synthetic pairs of all-in-focus and bokeh video, with exact disparity (DESIGN §5)."""
