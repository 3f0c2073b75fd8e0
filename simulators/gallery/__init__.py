"""Every screen, persona and size as a picture, on one page: for people who look at them."""
