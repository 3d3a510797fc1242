/** What the option `functions` of programs takes. Apart from what reads it, which is loaded when there is one. */

/** A function of the program: what it throws, or rejects with, is its failure. */
export type OwnFunction = (event: never, context: OwnFunctionContext) => unknown

export interface OwnFunctionContext {
  readonly awsRequestId: string
  readonly functionName: string
  readonly functionVersion: string
  readonly invokedFunctionArn: string
  readonly memoryLimitInMB: string
  readonly logGroupName: string
  readonly logStreamName: string
  getRemainingTimeInMillis(): number
}

export interface FunctionSettings {
  /** Seconds. Default 3. */
  readonly timeout?: number
  /** Megabytes that the function is told it has. Default 128. */
  readonly memory?: number
  readonly environment?: { readonly [name: string]: string }
  /** So many invocations at a time, and no others. Default: as many as there is room for. */
  readonly concurrency?: number
  readonly description?: string
}

export interface FunctionsOption {
  readonly functions?: {
    readonly [name: string]:
      | OwnFunction
      | (FunctionSettings & { readonly handler: string })
      | (FunctionSettings & { readonly command: readonly string[] })
      | (FunctionSettings & { readonly url: string })
  }
  /** By the ARN of a queue of SQS, a topic of SNS or a bucket of S3: where failures go instead. */
  readonly destinations?: {
    readonly [arn: string]: { readonly file: string } | { readonly folder: string } | { readonly url: string } | { readonly table: string }
  }
}
