"""What people do with user tasks, and who stands in for whom."""
