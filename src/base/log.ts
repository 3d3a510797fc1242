/** Where faults of ours go. The server does not know what a terminal is; the command line and tests hand one in. */

/** `text` says what happened; `cause` is what was thrown, or whatever helps to find out why. */
export type Log = (text: string, cause?: unknown) => void

/** For programs that asked for none. */
export const silentLog: Log = () => {}
