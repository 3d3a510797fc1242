/** Where requests go and who sends them: the address, the region and the credentials, found in the places where the AWS CLI looks. */
import { readFile } from 'node:fs/promises'
import { homedir } from 'node:os'
import { join } from 'node:path'
import { type Environment, UsageError } from '../read-arguments.ts'
import { endpointAddress } from './endpoint-address.ts'

export interface Credentials {
  readonly accessKeyId: string
  readonly secretAccessKey: string
  readonly sessionToken?: string
}

export interface Endpoint {
  readonly url: URL
  readonly region: string
  readonly credentials: Credentials
  /** Whether it is an address of this machine. */
  readonly isLoopback: boolean
}

export interface GivenEndpoint {
  readonly endpoint?: string | undefined
  readonly region?: string | undefined
  readonly profile?: string | undefined
}

/** Where the control endpoint is, which may be open to those who have no credentials. */
export type ControlEndpoint = Omit<Endpoint, 'credentials'> & { readonly credentials?: Credentials }

/** What a server on this machine takes from anyone. */
const anyCredentials: Credentials = { accessKeyId: 'local', secretAccessKey: 'local' }

/** Rejects with UsageError, or with an error of one clear sentence. */
export async function findEndpoint(given: GivenEndpoint, environment: Environment): Promise<Endpoint> {
  const found = await findControlEndpoint(given, environment)
  const credentials = found.credentials ?? (found.isLoopback ? anyCredentials : undefined)
  if (credentials !== undefined) return { ...found, credentials }
  throw new Error(
    `${found.url.host} needs credentials: set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or name a --profile of the credentials file.`,
  )
}

/** Rejects as `findEndpoint` does, but for credentials that are not there. */
export async function findControlEndpoint(given: GivenEndpoint, environment: Environment): Promise<ControlEndpoint> {
  const url = endpointAddress(given.endpoint, environment)
  const isLoopback = isLoopbackName(url.hostname)
  const region =
    given.region ??
    firstSet(environment, ['AWS_REGION', 'AWS_DEFAULT_REGION']) ??
    /(?:^|\.)dynamodb(?:-fips)?\.([a-z0-9-]+)\./.exec(url.hostname)?.[1] ??
    'us-east-1'
  const credentials = await findCredentials(given.profile, environment)
  return { url, region, isLoopback, ...(credentials !== undefined && { credentials }) }
}

export function isLoopbackName(hostname: string): boolean {
  return /^(127(\.\d{1,3}){3}|\[::1\]|localhost|.+\.localhost)$/.test(hostname)
}

/**
 * A profile that was named wins over the environment, which wins over the default profile. That of the environment may be none of
 * the credentials file: one of SSO, say.
 */
async function findCredentials(profile: string | undefined, environment: Environment): Promise<Credentials | undefined> {
  const { AWS_ACCESS_KEY_ID: accessKeyId, AWS_SECRET_ACCESS_KEY: secretAccessKey, AWS_SESSION_TOKEN: sessionToken } = environment
  if (profile === undefined && accessKeyId && secretAccessKey) {
    return { accessKeyId, secretAccessKey, ...(sessionToken && { sessionToken }) }
  }
  const path = awsFile('credentials', environment)
  const text = await readFile(path, 'utf8').catch(() => '')
  const found = credentialsOfProfile(text, profile ?? firstSet(environment, ['AWS_PROFILE']) ?? 'default')
  if (found === undefined && profile !== undefined) throw new Error(`There are no credentials of a profile ${profile} in ${path}.`)
  return found
}

/**
 * From the text of a credentials file:
 *
 *     [profile]
 *     aws_access_key_id = …
 *     aws_secret_access_key = …
 *     aws_session_token = …
 */
export function credentialsOfProfile(text: string, profile: string): Credentials | undefined {
  const values = valuesIn(text, profile)
  const accessKeyId = values.get('aws_access_key_id')
  const secretAccessKey = values.get('aws_secret_access_key')
  const sessionToken = values.get('aws_session_token')
  if (accessKeyId === undefined || secretAccessKey === undefined) return undefined
  return { accessKeyId, secretAccessKey, ...(sessionToken !== undefined && { sessionToken }) }
}

/**
 * The region in which AWS's own tables are, where the address does not say it: as the SDKs and the AWS CLI find it, which is what is given,
 * the environment, the profile in ~/.aws/config (there `[profile NAME]`, but for `[default]`), and in the credentials file. Throws UsageError.
 */
export async function findRegion(
  { region, profile }: Pick<GivenEndpoint, 'region' | 'profile'>,
  environment: Environment,
): Promise<string> {
  const said = region ?? firstSet(environment, ['AWS_REGION', 'AWS_DEFAULT_REGION'])
  if (said !== undefined) return said
  const name = profile ?? firstSet(environment, ['AWS_PROFILE']) ?? 'default'
  const [config, credentials] = await Promise.all(
    ['config', 'credentials'].map((file) => readFile(awsFile(file, environment), 'utf8').catch(() => '')),
  )
  const found = [
    valuesIn(config ?? '', name === 'default' ? name : `profile ${name}`).get('region'),
    valuesIn(credentials ?? '', name).get('region'),
  ].find((each) => each !== undefined)
  if (found !== undefined) return found
  throw new UsageError('Nothing says in which region of AWS the table is: set AWS_REGION, or say --region, or aws:REGION:TABLE.')
}

/** Of one section of a file of AWS's, by their names in lower case. */
function valuesIn(text: string, wanted: string): ReadonlyMap<string, string> {
  const values = new Map<string, string>()
  let inside = false
  for (const line of text.split('\n')) {
    const section = /^\s*\[\s*(.*?)\s*\]/.exec(line)
    if (section !== null) inside = section[1]?.replaceAll(/\s+/g, ' ') === wanted
    const [, name, value] = /^\s*([a-z_]+)\s*=\s*(.*?)\s*$/i.exec(line) ?? []
    if (inside && name !== undefined && value) values.set(name.toLowerCase(), value)
  }
  return values
}

function awsFile(name: string, environment: Environment): string {
  const variable = name === 'config' ? 'AWS_CONFIG_FILE' : 'AWS_SHARED_CREDENTIALS_FILE'
  return firstSet(environment, [variable]) ?? join(homedir(), '.aws', name)
}

function firstSet(environment: Environment, names: readonly string[]): string | undefined {
  return names.map((name) => environment[name]).find((value) => value !== undefined && value !== '')
}
