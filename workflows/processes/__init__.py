"""Deployed processes as they are read: definitions, diagrams, decision models, parts that packs share."""
