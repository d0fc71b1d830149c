"""What builds the site and counts its fences, with the engine that packages/ has."""
