"""Differently built sites on loopback, with articles in every kind of list and traps that are linked from them."""
