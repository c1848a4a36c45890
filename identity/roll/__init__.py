"""The resident roll (住民基本台帳) as the city hands it over: who lives here, and who no longer does.

An extract is read whole or refused whole. What is kept is what people need to be served: of the roll's own numbers only
keyed digests, of the file only its hash, of other columns nothing, and never a My Number. Whoever is missing from an
extract has not left: only the roll says that somebody moved out or died, and from which day.
"""
