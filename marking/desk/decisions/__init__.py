"""What the staff does with a case, alone or by twos, and the pages for it."""
