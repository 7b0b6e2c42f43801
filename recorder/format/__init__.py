"""Packets, segments, index labels and summary: bytes in, values out.  The law is SPEC.md beside this file."""
