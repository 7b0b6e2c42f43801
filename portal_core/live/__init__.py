"""Live sessions: who is there, what is said and shown, in one order.  PROTOCOL.md."""
