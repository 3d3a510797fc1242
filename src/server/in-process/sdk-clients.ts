/** Clients of the AWS SDK that the program has, wired to Stator in its process. */
import { createRequire } from 'node:module'
import { join } from 'node:path'
import type { DynamoDBClient, DynamoDBClientConfig } from '@aws-sdk/client-dynamodb'
import type { DynamoDBDocumentClient, TranslateConfig } from '@aws-sdk/lib-dynamodb'
import { madeUpKeyId, type SdkRequestHandler } from './sdk-requests.ts'

export type { DynamoDBClient, DynamoDBClientConfig, DynamoDBDocumentClient, TranslateConfig }

export interface ClientWiring {
  readonly requestHandler: SdkRequestHandler
  readonly region: string
}

/** Throws in one sentence when the program has no `@aws-sdk/client-dynamodb`. */
export function sdkClient({ requestHandler, region }: ClientWiring, options: DynamoDBClientConfig): DynamoDBClient {
  const { DynamoDBClient: Client } = load<{ DynamoDBClient: new (config: DynamoDBClientConfig) => DynamoDBClient }>(
    '@aws-sdk/client-dynamodb',
  )
  return new Client({
    region,
    credentials: madeUpCredentials,
    // Nobody is asked there; without it the SDK reads its configuration files to find one.
    endpoint: 'http://dynamodb.localhost',
    requestHandler,
    // What stays in the process needs no signature, which takes the SDK longer than everything else.
    ...(options.credentials === undefined && { signer: { sign: async (request) => request } }),
    ...options,
  })
}

/** Throws in one sentence when the program has no `@aws-sdk/lib-dynamodb`. */
export function sdkDocumentClient(client: DynamoDBClient, translation: TranslateConfig | undefined): DynamoDBDocumentClient {
  return load<{ DynamoDBDocumentClient: typeof DynamoDBDocumentClient }>('@aws-sdk/lib-dynamodb').DynamoDBDocumentClient.from(
    client,
    translation,
  )
}

export interface Credentials {
  readonly accessKeyId: string
  readonly secretAccessKey: string
}

/** Any will do where nobody's signature is verified. */
export const madeUpCredentials: Credentials = { accessKeyId: madeUpKeyId, secretAccessKey: madeUpKeyId }

/** Looked for where Stator is, and where the program is. */
function load<Exports>(name: string): Exports {
  for (const from of [import.meta.url, join(process.cwd(), 'index.js')]) {
    try {
      return createRequire(from)(name) as Exports
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'MODULE_NOT_FOUND') throw error
    }
  }
  throw new Error(`This needs the AWS SDK: npm install ${name}`)
}
