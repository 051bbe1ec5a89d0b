"""What is done to words and running text: normal forms, tokens, segments, n-grams, phrases, labelled texts."""
