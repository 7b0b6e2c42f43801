"""The fonts that come along, and which font has which character."""
