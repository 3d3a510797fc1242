/** What conditions ask of a request, key by key. Apart from access-request.ts, as callers bring some of it along. */

/** The value of a condition key, named in lower case: a list for those that may have several values, also when it is one. */
export type ContextKeys = (key: string) => ContextValue | undefined

export type ContextValue = string | readonly string[]
