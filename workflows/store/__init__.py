"""PostgreSQL behind repositories: the only place that knows SQLAlchemy."""
