/** What is said of functions that fail, in the words of Lambda where they are known. */

export interface FunctionErrorBody {
  readonly errorType: string
  readonly errorMessage: string
  readonly trace?: readonly string[]
}

export type Failure = { readonly kind: 'failed'; readonly how: 'Handled' | 'Unhandled'; readonly payload: string }

export function unhandled(body: FunctionErrorBody): Failure {
  return { kind: 'failed', how: 'Unhandled', payload: JSON.stringify(body) }
}

/** [I] The words of newer runtimes. */
export function timedOut(requestId: string, timeoutSeconds: number): Failure {
  const errorMessage = `RequestId: ${requestId} Error: Task timed out after ${timeoutSeconds.toFixed(2)} seconds`
  return unhandled({ errorType: 'Sandbox.Timedout', errorMessage })
}

export function exited(requestId: string, { code, signal }: { code: number | null; signal: string | null }): Failure {
  const how = signal === null ? `exit status ${code}` : `signal: ${signal === 'SIGKILL' ? 'killed' : signal}`
  return unhandled({ errorType: 'Runtime.ExitError', errorMessage: `RequestId: ${requestId} Error: Runtime exited with error: ${how}` })
}

export function responseTooLarge(sizeBytes: number, bytesMax: number): Failure {
  return unhandled({
    errorType: 'Function.ResponseSizeTooLarge',
    errorMessage: `Response payload size (${sizeBytes} bytes) exceeded maximum allowed payload size (${bytesMax} bytes).`,
  })
}

/** [I] */
export function notJson(): Failure {
  return unhandled({ errorType: 'Runtime.InvalidResponse', errorMessage: 'The response of the function is not JSON' })
}

/** What was thrown, whatever it is. */
export function thrown(error: unknown): Failure {
  if (!(error instanceof Error)) return unhandled({ errorType: typeof error, errorMessage: String(error), trace: [] })
  return unhandled({ errorType: error.name, errorMessage: error.message, trace: String(error.stack).split('\n') })
}

export function isJson(text: string): boolean {
  try {
    JSON.parse(text)
    return true
  } catch {
    return false
  }
}
