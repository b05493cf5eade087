"""Complaints and feedback by anybody, and the desk that answers them (Deep Synthesis Provisions Art. 12).

Whoever files one needs no account: a case is followed with its number and a secret code. The desk works it against a
published clock, and every step is recorded.
"""
