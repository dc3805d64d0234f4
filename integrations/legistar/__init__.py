"""Legistar, in which many US local governments keep agendas and minutes."""
