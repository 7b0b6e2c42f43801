"""The portal's pages, sockets and calls: each loads, asks a rule, saves, and shows."""
