"""Software cards, readers, certificate authorities and people: everything the kiosk meets, without hardware."""
