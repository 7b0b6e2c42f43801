"""The window: pages painted by Pillow, shown by pyglet; input becomes acts."""
