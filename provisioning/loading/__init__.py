"""CSV and DDL into PostgreSQL: streamed, verified, written to a ledger."""
