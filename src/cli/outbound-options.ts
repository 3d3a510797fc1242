/** Other servers of a server, or of a copy: what was said on the command line, with the credentials of the environment. */
import type { ServerOptions } from '../server/start.ts'
import { UsageError } from './read-arguments.ts'
import { readJsonFile } from './read-json-file.ts'
import type { Settings } from './settings.ts'

interface Environment {
  readonly [name: string]: string | undefined
}

/** `env`: STATOR_S3_ACCESS_KEY_ID and STATOR_S3_SECRET_ACCESS_KEY; without them an endpoint is asked without signatures. */
export function bucketOptions(
  { buckets, region = 'us-east-1' }: Pick<Settings, 'buckets' | 'region'>,
  env: Environment,
): Pick<ServerOptions, 'buckets'> {
  if (buckets?.kind !== 's3') return buckets === undefined ? {} : { buckets }
  return { buckets: { ...buckets, region, ...credentialsIn(env, 'STATOR_S3') } }
}

/** The same of STATOR_KINESIS_ACCESS_KEY_ID and STATOR_KINESIS_SECRET_ACCESS_KEY; and the sinks of a file. */
export function dataStreamOptions(
  { kinesisEndpoint, sinksFile }: Pick<Settings, 'kinesisEndpoint' | 'sinksFile'>,
  env: Environment,
): Pick<ServerOptions, 'dataStreams'> {
  if (kinesisEndpoint === undefined && sinksFile === undefined) return {}
  return {
    dataStreams: {
      ...(kinesisEndpoint !== undefined && { kinesis: { endpoint: kinesisEndpoint, ...credentialsIn(env, 'STATOR_KINESIS') } }),
      ...(sinksFile !== undefined && { sinks: readJsonFile('sinks', sinksFile) }),
    },
  }
}

interface WithCredentials {
  readonly credentials?: { readonly accessKeyId: string; readonly secretAccessKey: string }
}

function credentialsIn(env: Environment, prefix: string): WithCredentials {
  const { [`${prefix}_ACCESS_KEY_ID`]: accessKeyId, [`${prefix}_SECRET_ACCESS_KEY`]: secretAccessKey } = env
  if (!accessKeyId !== !secretAccessKey) {
    throw new UsageError(`${prefix}_ACCESS_KEY_ID and ${prefix}_SECRET_ACCESS_KEY go together.`)
  }
  return accessKeyId && secretAccessKey ? { credentials: { accessKeyId, secretAccessKey } } : {}
}
