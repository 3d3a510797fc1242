/** Functions, for whoever has them invoked: which there are, and what became of an invocation. It knows nothing of who asks. */

/** What a function is, as its file says. */
export interface FunctionDefinition {
  readonly name: string
  readonly description: string
  readonly run: FunctionKind
  readonly timeoutSeconds: number
  readonly memoryMb: number
  readonly environment: { readonly [name: string]: string }
  /** So many invocations at a time, and no others; undefined: as many as there is room for, and others wait. */
  readonly concurrency: number | undefined
}

export type FunctionKind =
  /** A function of this process. */
  | { readonly kind: 'function'; readonly handler: InProcessHandler }
  /** `path/file.export` from a folder: a module of JavaScript or TypeScript, or of Python. */
  | { readonly kind: 'module'; readonly handler: string; readonly folder: string }
  /** Asked by JSON on its input, answers by JSON on its output. */
  | { readonly kind: 'command'; readonly command: readonly string[]; readonly folder: string }
  /** Whatever answers a POST of JSON: runtime interface emulators, SAM, serverless-offline. */
  | { readonly kind: 'endpoint'; readonly url: string }

export type InProcessHandler = (event: never, context: FunctionContext) => unknown

/** What a handler is told beside its event, in the words of Lambda. */
export interface FunctionContext {
  readonly awsRequestId: string
  readonly functionName: string
  readonly functionVersion: string
  readonly invokedFunctionArn: string
  readonly memoryLimitInMB: string
  readonly logGroupName: string
  readonly logStreamName: string
  getRemainingTimeInMillis(): number
}

export interface Invocation {
  /** JSON. */
  readonly payload: string
  readonly requestId: string
  readonly functionArn: string
  readonly region: string
  /** What the registration says in place of the file. */
  readonly timeoutSeconds?: number | undefined
  readonly memoryMb?: number | undefined
  readonly environment?: { readonly [name: string]: string } | undefined
  /** JSON: what a client says of itself. */
  readonly clientContext?: string | undefined
}

/** What became of an invocation. */
export type InvocationResult =
  /** `payload` is JSON. */
  | { readonly kind: 'answered'; readonly payload: string; readonly log: string }
  /** The function threw, was too slow, ended, or answered nonsense. `payload` is JSON that says so. */
  | { readonly kind: 'failed'; readonly how: 'Handled' | 'Unhandled'; readonly payload: string; readonly log: string }
  /** As many as may be are done already. */
  | { readonly kind: 'throttled' }
  /** It could not be asked. */
  | { readonly kind: 'unreachable'; readonly reason: string }

export interface LogLine {
  /** Milliseconds since the epoch, of the machine's clock. */
  readonly timeMs: number
  /** Of the invocation; undefined for what was said while there was none. */
  readonly requestId: string | undefined
  readonly text: string
}

/** Where failures go: what an ARN stands for here. */
export type Destination =
  /** A line of JSON for each. */
  | { readonly kind: 'file'; readonly path: string }
  | { readonly kind: 'url'; readonly url: string }
  /** A file for each, under its key. */
  | { readonly kind: 'folder'; readonly path: string }
  /** An item for each. */
  | { readonly kind: 'table'; readonly tableName: string }

export interface FunctionHost {
  /** In the order of their names. */
  all(): readonly FunctionDefinition[]
  find(name: string): FunctionDefinition | undefined
  /** Never rejects. */
  invoke(definition: FunctionDefinition, invocation: Invocation): Promise<InvocationResult>
  /** The last lines, the oldest first; undefined: there is no such function. */
  logs(name: string): readonly LogLine[] | undefined
  destination(arn: string): Destination | undefined
  /** Rejects when it did not arrive. `key` names an object in a folder. */
  deliver(destination: Exclude<Destination, { readonly kind: 'table' }>, text: string, key: string): Promise<void>
  /** Functions reach the server here. */
  serve(endpoint: string): void
  /** Ends all that runs. */
  close(): Promise<void>
}
