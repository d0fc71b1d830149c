"""What builds the site and what counts its fences."""
