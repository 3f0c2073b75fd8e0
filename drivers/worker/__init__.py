"""A process of its own for each driver, and the protocol to it.

A card that never answers blocks its PC/SC call for ever, and a USB library can crash. Either costs one worker
process, which the client ends and replaces.
"""
