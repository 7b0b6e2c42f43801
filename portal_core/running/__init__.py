"""Sessions while they run: the hub of each with its connections, its log on the disk and its recording."""
