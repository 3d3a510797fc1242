/** Bounds of what stands on this floor. */

/** How long others wait for one slice of long work, if nothing in it takes long by itself. */
export const sliceMs = 5
/** The time is looked at when so much was done: about a tenth of a millisecond of the cheapest work. */
export const workPerLook = 64

/** Up to so many units the language's own search makes no more than so many comparisons at each place. */
export const shortPartUnitsMax = 32

/** What AES-256 takes. */
export const sealingKeyBytes = 32
