package localstore

// FoldAt is how long the log may become before Maintain folds it.
const FoldAt = foldAt
