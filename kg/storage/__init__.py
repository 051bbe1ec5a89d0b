"""Tables, files, transactions and bulk loading, on SQLite and PostgreSQL."""
