/** How the command ends when it does not end well. Scripts look at these numbers, so they have one place. */

/** Of a signal: what shells say of a process that it ended. */
export const exitCodes = {
  failed: 1,
  usage: 2,
  part: 3,
  replacement: 4,
  denied: 5,
  found: 5,
  SIGHUP: 129,
  SIGINT: 130,
  SIGTERM: 143,
} as const
