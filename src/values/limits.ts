/** Sizes by which values are handled faster. Ours: what AWS lets a value be stands in `api/limits.ts`. */

/** Leaving JavaScript to measure a text costs more than looking at a few characters, and names are short. */
export const shortTextLengthMax = 24
/** Where keys are encoded: as much as the largest of a few attributes needs when every byte is escaped. */
export const keyScratchBytes: number = 16 * 1024
