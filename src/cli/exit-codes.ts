/** How the command ends when it does not end well. Scripts look at these numbers, so they have one place. */

export const exitCodes = { failed: 1, usage: 2, denied: 5, found: 5 } as const
