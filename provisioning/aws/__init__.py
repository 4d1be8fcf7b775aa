"""The only place that makes boto3 clients: sessions, record store, object store."""
