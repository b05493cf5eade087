"""What one person proposes and another decides, and who keeps out of it: cases, sanctions, refutations and legal holds have it from here."""
