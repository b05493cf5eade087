"""What a case is: its kinds, states, clocks and contents, its history, and the mails about it."""
