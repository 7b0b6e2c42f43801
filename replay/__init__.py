"""Reads recordings: opens, tells, shows.  `recording.py` is the one way out of a sealed file."""
