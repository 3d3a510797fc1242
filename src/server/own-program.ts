/** By what the programs of Stator's own name themselves as user agents, each with something behind it: `stator-console`, `stator-load`. */
export const ownProgram = 'stator-'
