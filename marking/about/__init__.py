"""What the site owes the public to say of itself: filings, methods of marking, agreements, and figures from the log."""
