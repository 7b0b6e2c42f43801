"""What makes frames, pointer positions and machine facts: the edge of the recorder."""
