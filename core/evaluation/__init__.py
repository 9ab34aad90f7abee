"""Figures: quality metrics and benchmarks."""
