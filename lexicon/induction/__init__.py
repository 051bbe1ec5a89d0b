"""The pipeline from two vector tables and a seed dictionary to a scored, calibrated lexicon."""
