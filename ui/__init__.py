"""The command line and the panel."""
