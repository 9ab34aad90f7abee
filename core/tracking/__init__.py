"""Following a subject through a clip: where it is, and how near, on every frame."""
