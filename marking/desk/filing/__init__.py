"""How a case comes in: by the form, by a report of a request, or because the same file is elsewhere."""
