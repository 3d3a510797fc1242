/** Pieces of the code that findings show. It is told, not run: nothing here asks the time. */

/** The call that says what time it is, in milliseconds. */
export const nowCall: string = ['Date', 'now()'].join('.')
