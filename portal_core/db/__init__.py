"""What the portal remembers: one model, migrated by itself."""
