"""Simulate everything that the kiosk meets, without hardware: cards, readers, certificate authorities and people."""
