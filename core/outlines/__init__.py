"""Where the surfaces of a frame end, as its picture shows it, where its disparity only says so softly."""
