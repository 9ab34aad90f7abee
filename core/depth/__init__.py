"""From a plain clip to its disparity: where maps come from, how they are brought to one scale, and made steady."""
