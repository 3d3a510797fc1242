/**
 * AWS words the checks of a request in two ways: operations moved one by one from an older validation layer to a current one.
 * The table of operations says which one an operation speaks (errors.md §4.3, profile us-east-1).
 */
export type Wording = 'current' | 'older'
