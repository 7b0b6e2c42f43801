"""A customer's part in a live session, without a browser: sealcast share.  portal_core/live/PROTOCOL.md."""
