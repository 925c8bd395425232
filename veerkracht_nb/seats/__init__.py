"""Seats: processes in which the page of one person lives, executed in advance and waiting for somebody to sit down.

A seat speaks the Jupyter protocol as far as widgets need it, and executes nothing that it is sent.
"""
