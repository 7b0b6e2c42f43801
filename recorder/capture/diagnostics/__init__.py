"""What a machine tells of itself, taken read-only: snapshot.py takes one, table.py lists what is asked for."""
