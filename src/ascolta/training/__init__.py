"""How the weights that ship are made: from the corpus of our own, and from public sets where they are at hand."""
