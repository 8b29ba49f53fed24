"""What moves without a person: timers, jobs, processes that start by themselves."""
