"""Handlers of service tasks, one file each: ``handle(parameters, job, ports) -> Outcome``."""
