"""The pages of whoever complains: filing a case, following it, and adding what is missing."""
