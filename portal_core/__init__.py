"""The portal: what is decided when customers and agents meet, as plain functions of values.

No file of the decisions touches a database, a socket or a clock: who, what and when come in as arguments.
"""
