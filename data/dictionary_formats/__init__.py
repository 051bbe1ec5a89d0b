"""One module for each file format of bilingual dictionaries.

Every module offers ``matches(path)``, a cheap look at the content, and ``read(path, source, target)``, which returns
a ``Dictionary`` that says what it left out. Translations of several words are kept: ``terms.single_words`` takes the
rest out.
"""
