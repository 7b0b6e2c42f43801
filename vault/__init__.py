"""The vault: keys, sealed files and where they lie.  It knows bytes, never what they mean.

SPEC.md beside this file is the law, THREATS.md says what it promises.
"""
