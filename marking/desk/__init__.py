"""Complaints and feedback by anybody, and the desk that answers them (Deep Synthesis Provisions Art. 12).

Whoever files one needs no account: a case is followed with its number and a secret code. The desk works it against a
published clock, and every step is recorded. From below upward, no room knows one that is named after it:

* :mod:`~marking.desk.cases`: what a case is, and moving it on
* :mod:`~marking.desk.measures`: turning the access to works off and on, by people, by the record or by the clock
* :mod:`~marking.desk.filing`: how a case comes in
* :mod:`~marking.desk.decisions`: what the staff does with it
* :mod:`~marking.desk.sweeping`: what time does to it
* :mod:`~marking.desk.refutations`, :mod:`~marking.desk.appeals`: notes on works, and deciding again
* :mod:`~marking.desk.complainants`: what whoever complains sees of it

:mod:`~marking.desk.tracing` stands beside them: from a file or a number to the account behind it.
"""
