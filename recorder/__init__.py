"""Records screens, pointers, chats and machine facts into sealed files.

`format` is the law of what lies inside, `capture` makes frames and facts, `encode` turns frames into packets, `writer`
packets into a sealed file, and `record` runs it all.
"""
