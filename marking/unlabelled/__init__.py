"""Copies without the visible label, for owners who ask for them (Labelling Measures Art. 9).

Everything else stays in such a copy: metadata label, watermark, fingerprint. Nothing here takes a label away from a
file; the copy is marked anew from the original, with every mark but one.
"""
