"""How lenses bend light: `table` has the models, `parameters` the names of their numbers."""
