"""The video bokeh renderer: pyramid, sub-modules, temporal fusion, and the weights that drive them."""
