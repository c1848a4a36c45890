"""The doors by which people come in, and what each of them proves.

A postcard's code, a passkey, LINE, マイナアプリ and the counter each end in one answer: who came, how, and when. A door
is added or ended only by somebody who came in recently and by a door that proves at least as much; the last one stays.
Secrets are kept as digests, addresses as keyed digests, and of a document its kind alone. An address for e-mail opens
nothing: the city writes to it, once its owner proved it with a code, and forgets it when asked.
"""
