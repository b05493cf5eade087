"""Statements of reasons: what was decided against somebody, on what ground and why (Digital Services Act Art. 17).

Every restriction of a work or an account has one, whatever the law of the place asks. Its fields and words are those of the
European Commission's DSA Transparency Database, so that an operator who has to report there can, and everybody else can be compared.
"""
