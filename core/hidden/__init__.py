"""What lies behind the surfaces that a frame shows, as the frames beside it have seen it."""
