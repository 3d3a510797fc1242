/** What is said of an endpoint that does not answer: by whichever command, in the same sentence. */
export function unreachable(url: URL, error: unknown): Error {
  const code = error instanceof Error && 'code' in error ? error.code : undefined
  switch (code) {
    case 'ECONNREFUSED':
      return new Error(`Nothing answers at ${url.origin}: is the server running?`, { cause: error })
    case 'ENOTFOUND':
    case 'EAI_AGAIN':
      return new Error(`There is no host ${url.hostname}.`, { cause: error })
    default: {
      const message = error instanceof Error ? error.message : String(error)
      return new Error(`${url.origin} can't be reached: ${message}.`, { cause: error })
    }
  }
}
