/** The buckets of a server, or of a copy: what was said on the command line, with the credentials of the environment. */
import type { ServerOptions } from '../server/start.ts'
import { UsageError } from './read-arguments.ts'
import type { Settings } from './settings.ts'

/** `env`: STATOR_S3_ACCESS_KEY_ID and STATOR_S3_SECRET_ACCESS_KEY; without them an endpoint is asked without signatures. */
export function bucketOptions(
  { buckets, region = 'us-east-1' }: Pick<Settings, 'buckets' | 'region'>,
  env: { readonly [name: string]: string | undefined },
): Pick<ServerOptions, 'buckets'> {
  if (buckets?.kind !== 's3') return buckets === undefined ? {} : { buckets }
  const { STATOR_S3_ACCESS_KEY_ID: accessKeyId, STATOR_S3_SECRET_ACCESS_KEY: secretAccessKey } = env
  if (!accessKeyId !== !secretAccessKey) {
    throw new UsageError('STATOR_S3_ACCESS_KEY_ID and STATOR_S3_SECRET_ACCESS_KEY go together.')
  }
  const credentials = accessKeyId && secretAccessKey ? { credentials: { accessKeyId, secretAccessKey } } : {}
  return { buckets: { ...buckets, region, ...credentials } }
}
