"""The database under the register of members and the queue of documents: SQLite or PostgreSQL.

`engine` opens it and runs transactions, `schema` has the tables, `migrate` brings an older database up to them,
`versions` reads and writes the versions of members, `issued` keeps documents that the insurer's files do not know yet.
Only `kiosk.eligibility` and `kiosk.issuance` import this package.
"""
