"""Marked pictures, edited as people edit them, and what verification says of each: `manage.py benchmark tampering`."""
