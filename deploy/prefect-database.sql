-- Prefect keeps its own schedule and logs beside, never inside, the product's database.
CREATE DATABASE prefect;
\connect prefect
CREATE EXTENSION IF NOT EXISTS pg_trgm;
