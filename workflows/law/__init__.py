"""The law pack of this installation: its editions and the calendars of its working days."""
