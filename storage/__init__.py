"""The memory of Calmops: tables, transactions and migrations. The only room with SQL."""
