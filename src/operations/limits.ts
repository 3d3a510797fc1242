/** What operations reckon with where AWS does not tell its numbers [I]. AWS's own stand in `api/limits.ts`. */

/** An index that is being created waits for its resources, then for its backfill, which lasts three times as long or more. */
export const indexCreationDelays = 4

/** What an answer of SearchVectors takes without its results, and a result without its item. */
export const vectorAnswerBytesMax = 200
export const vectorResultBytesMax = 50
/** What a search consumes at least: as much as a write does. */
export const vectorSearchBytesMin = 1024

/** The least length that AWS lets a token of ListImports have, in bytes of two digits each. */
export const nextTokenBytesMin = 56

// Views.
/** How many a region has, and how many attributes one reckons. */
export const viewsMax = 100
export const measuresMax = 20
/** How many compiled ones of a region are remembered: those that began anew count again. */
export const compiledViewsMax: number = 4 * viewsMax
/** How long a condition, a path or a template may be. */
export const viewTextMax = 4096
/** Of an attribute of a view, as key attributes have it; and how much of what was given is quoted to people. */
export const viewNameBytesMax = 255
export const shownLengthMax = 100
/** How long a string or binary may be by which items are ordered, and how long what a row shows of one, as text: with more it takes no part. */
export const orderedBytesMax = 1024
export const shownBytesMax: number = 16 << 10

// Sinks.
/** How many a server has, and how many are read at a time. */
export const sinksMax = 100
export const sinksReadBudget: { readonly entries: number; readonly bytes: number } = { entries: 200, bytes: 1 << 20 }
