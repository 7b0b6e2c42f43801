"""The screen codec "tiles": pixels in, packets out, and back.  SPEC.md is its law."""
