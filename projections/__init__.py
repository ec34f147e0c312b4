"""The read side: everything anyone looks at, as folds over the log; nothing here is a fact."""
