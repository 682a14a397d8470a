"""How good the embedded model is: a table of figures against their floors, and contact sheets."""
