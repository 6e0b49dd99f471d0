"""The alarm that needs neither broker nor worker nor outbox: one process, PostgreSQL and SMTP."""
