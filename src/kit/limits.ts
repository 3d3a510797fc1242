/** Bounds of what stands on this floor. */

/** How long a table stays CREATING, UPDATING or DELETING where dynalite's interface is asked for and none is given: as there. */
export const dynaliteTableMsDefault = 500
