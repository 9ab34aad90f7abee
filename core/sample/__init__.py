"""The clip that comes with focuspuller: drawn, not filmed, so that its disparity is exact."""
