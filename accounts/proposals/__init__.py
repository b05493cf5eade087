"""What one person proposes and another decides: cases, sanctions, refutations and legal holds have it from here."""
