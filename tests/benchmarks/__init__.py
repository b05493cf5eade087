"""Measurements that take too long for the tests: `manage.py benchmark`."""
