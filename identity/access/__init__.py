"""Who read personal data, what happened to identities, and how somebody's data leave the city.

Staff read a person's data for a reason and under a desk; the record is written before the data are answered, in the
same transaction, nobody changes it, and the person can read it. Events of sign-ins, consents, keys and clients form a
chain of hashes in which every change and every gap shows. A person can be given everything that is held about them,
and can be erased by two members of staff: the books keep the wallet, and nothing says any more whose it was.
"""
