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
