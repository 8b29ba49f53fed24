"""Rules of human and service work: who may do what, what handlers may return. No database."""
