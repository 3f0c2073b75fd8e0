"""The database under the register of members and the queue of documents: SQLite or PostgreSQL.

`engine` connects to it, `transaction` reads and writes, `schema` has the tables, and `migrate` brings an older database
to them. `versions` has the versions of members, `issued` the documents that the insurer's files do not know yet.
Only `kiosk.eligibility` and `kiosk.issuance` import this package.
"""
