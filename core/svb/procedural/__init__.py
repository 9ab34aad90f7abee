"""Pictures and cut-outs painted on the spot: noise, two brushes, and what is drawn with them."""
