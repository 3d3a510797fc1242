/** Sizes by which values are handled faster. Ours: what AWS lets a value be stands in `api/limits.ts`. */

/** Leaving JavaScript to measure a text costs more than looking at a few characters, and names are short. */
export const shortTextLengthMax = 24
/** Where keys are encoded: as much as the largest of a few attributes needs when every byte is escaped. */
export const keyScratchBytes: number = 16 * 1024

/** Records of files: no item is longer in any of the formats, white space aside; and how deep a value of Ion may nest before it is let be. */
export const fileRecordLengthMax: number = 4 * 1024 * 1024
export const fileNestingMax = 64
/** Of Ion: names of attributes that are not quoted, or white space, looked at at once, and the longest number. */
export const ionSymbolLookahead = 1024
export const ionWordLookahead = 512
/** How deep an item goes, how many attributes a map of it has, and how many letters their names, that is taken as it was sent: the others are parsed. */
export const scannedLevelsMax = 16
export const scannedNamesMax = 64
export const scannedNameLettersMax = 255
