/** Bounds of event patterns that EventBridge has. */

/** The least and the greatest number that `numeric` takes. */
export const numericMax = 5_000_000_000
/** Patterns, and events, that are nested deeper are not looked into: what is deeper is as if it were not there. [I] */
export const depthMax = 100
/** Of what a wrong pattern holds so much is told, in characters. [I] */
export const toldWordMax = 100
