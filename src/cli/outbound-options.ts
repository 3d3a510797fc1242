/** Other servers of a server, or of a copy: what was said on the command line, with the credentials of the environment. */
import type { ServerOptions } from '../server/start.ts'
import { UsageError } from './read-arguments.ts'
import { readConfigurationFile } from './read-configuration-file.ts'
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

/** The same of STATOR_KINESIS_ACCESS_KEY_ID and STATOR_KINESIS_SECRET_ACCESS_KEY; and where records and changes go, as a file says it. */
export function outboundOptions(
  { kinesisEndpoint, sinksFile }: Pick<Settings, 'kinesisEndpoint' | 'sinksFile'>,
  env: Environment,
): Pick<ServerOptions, 'dataStreams' | 'sinks'> {
  if (kinesisEndpoint === undefined && sinksFile === undefined) return {}
  const said = sinksFile === undefined ? {} : partsOf(readConfigurationFile('sinks', sinksFile))
  return {
    dataStreams: {
      ...(kinesisEndpoint !== undefined && { kinesis: { endpoint: kinesisEndpoint, ...credentialsIn(env, 'STATOR_KINESIS') } }),
      ...(said.streams !== undefined && { sinks: said.streams }),
    },
    ...(said.sinks !== undefined && { sinks: said.sinks }),
  }
}

/** The sinks of tables (docs/sinks.md), and all else, which is of data streams (docs/kinesis.md). */
function partsOf(content: unknown): { readonly streams?: unknown; readonly sinks?: unknown } {
  if (typeof content !== 'object' || content === null || !('sinks' in content || 'deadLetters' in content)) return { streams: content }
  const { sinks, deadLetters, ...streams } = content as { readonly [member: string]: unknown }
  const ofTables = { sinks, ...(deadLetters !== undefined && { deadLetters }) }
  return { sinks: ofTables, ...(Object.keys(streams).length > 0 && { streams }) }
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
