/** What is printed once the server answers: where it is, where the data is, and lines to copy. */
import { resolve } from 'node:path'
import { consoleRoot } from '../server/console/console-address.ts'
import { isLoopback } from '../server/control/allowed.ts'
import type { RunTimeSettings } from '../server/control/run-time-settings.ts'
import type { RunningServer } from '../server/start.ts'
import type { Settings } from './settings.ts'

export interface GreetingParts {
  readonly settings: Settings
  /** On a shared store what was set for all servers wins over flags. */
  readonly inEffect: RunTimeSettings
  readonly changedSettings: RunningServer['changedSettings']
  /** On a shared store what they were at the first start. */
  readonly regions: 'shared' | 'isolated'
  readonly endpoint: string
  /** The port it really listens on. */
  readonly port: number
  readonly plainPort?: number | undefined
  /** Where a self-signed certificate is. */
  readonly certificatePath?: string | undefined
  /** That others bring to control, where it was made now and nobody knows it yet. */
  readonly controlToken?: string | undefined
  readonly version: string
}

/** What becomes of requests that AWS would throttle. */
const limits = {
  observe: 'Limits: observed; what AWS would throttle is counted and answered all the same (--throughput enforce refuses it)',
  enforce: 'Limits: enforced; what AWS would throttle is refused',
  off: 'Limits: none; nothing is metered',
} as const

export function greeting(parts: GreetingParts): string {
  const { settings, inEffect, changedSettings, regions, endpoint, version } = parts
  const { storage } = settings
  const changed = Object.entries(changedSettings).map(([name, value]) => `${name} ${value}`)
  return `Stator ${version} serves DynamoDB at ${endpoint}
Data: ${dataPlace(storage)}
${encryption(parts)}${limits[inEffect.throughput]}
${settings.faultsFile === undefined ? '' : `Faults: requests meet those in ${settings.faultsFile} on purpose (--faults)\n`}${settings.isTestCluster ? 'A cluster for tests: one clock that can be set, and a reset of everything (--test-cluster)\n' : ''}${changed.length === 0 ? '' : `Set for all servers, whatever their flags: ${changed.join(', ')} (PUT /_stator/settings sets it)\n`}
${consoleLine(settings, endpoint)}${tokenLine(parts)}${linesToCopy(settings, endpoint)}
${whoIsAnswered(settings, regions)} Stop with Ctrl+C.
`
}

/** Nothing where there is none. */
function consoleLine({ consoleMode, controlAccess }: Settings, endpoint: string): string {
  return consoleMode === 'off' || controlAccess === 'off' ? '' : `  Console: ${endpoint}${consoleRoot}/\n\n`
}

/** It is told here and nowhere else. */
function tokenLine({ controlToken }: GreetingParts): string {
  return controlToken === undefined ? '' : `  Other machines bring this token to the console and to control: ${controlToken}\n\n`
}

/** They work as they are, whatever version of the AWS CLI there is, and whether it is configured or not. */
function linesToCopy({ auth, region = 'us-east-1' }: Settings, endpoint: string): string {
  const keys = auth.mode === 'off' ? 'AWS_ACCESS_KEY_ID=local AWS_SECRET_ACCESS_KEY=local ' : ''
  return `  export AWS_ENDPOINT_URL_DYNAMODB=${endpoint}
  ${keys}aws dynamodb list-tables --region ${region} --endpoint-url ${endpoint}
`
}

/** Nothing where nothing is encrypted. */
function encryption({ settings: { host, tls }, plainPort, certificatePath }: GreetingParts): string {
  if (tls === undefined) return ''
  const beside = plainPort === undefined ? '' : `; not encrypted: port ${plainPort}${host === undefined ? '' : ` of ${host}`}`
  if (tls.kind === 'files') return `Certificate: ${tls.certFile}${beside}\n`
  if (certificatePath === undefined) return `Certificate: self-signed, another one at each start${beside}\n`
  return `Certificate: self-signed, for clients to trust (AWS_CA_BUNDLE, NODE_EXTRA_CA_CERTS): ${resolve(certificatePath)}${beside}\n`
}

function whoIsAnswered({ auth }: Settings, regions: GreetingParts['regions']): string {
  const credentials = whoseCredentials(auth)
  return regions === 'shared' ? `${credentials} and any region will do.` : `${credentials} will do; each region has its own tables.`
}

function whoseCredentials(auth: Settings['auth']): string {
  switch (auth.mode) {
    case 'off':
      return 'Any credentials'
    case 'keys':
      return `Only the keys in ${auth.keysFile}`
    case 'iam':
      return 'Only keys and sessions of IAM'
  }
}

/** For those who let everybody in from everywhere, who may not know; nothing for others. */
export function opennessWarning({ auth, host }: Settings): string {
  if (auth.mode !== 'off' || host === undefined || host === 'localhost' || isLoopback(host)) return ''
  const lines = [
    'WARNING: anybody who can reach this server may do anything',
    `It listens at ${host}, not at this machine's own address only, and asks nobody who they are:`,
    'everybody on the network may read, change and drop every table.',
    'Start it with --auth keys, or without --host (docs/security.md).',
  ]
  const rule = '!'.repeat(Math.max(...lines.map(({ length }) => length)) + 6)
  return `\n${rule}\n${lines.map((line) => `!! ${line}\n`).join('')}${rule}\n\n`
}

function dataPlace(storage: Settings['storage']): string {
  if (storage.kind === 'memory') return 'in memory, gone when this process ends'
  return storage.kind === 'disk' ? resolve(storage.folder) : withoutSecrets(storage.url)
}

/** A URL without the password, and of its parameters only those that say where it leads. */
function withoutSecrets(url: string): string {
  const [, address = '', query = ''] = /^([^?#]*)(?:\?([^#]*))?/.exec(url) ?? []
  const shown = query.split('&').filter((parameter) => /^(host|port|user|dbname)=/.test(parameter))
  return address.replace(/^(\w+:\/\/[^:@/]*):.*@/, '$1@') + (shown.length === 0 ? '' : `?${shown.join('&')}`)
}

/** DynamoDB Local's first lines, which scripts wait for. Printed only to those who started it with DynamoDB Local's flags. */
export function localGreeting({ settings, inEffect, port, version }: GreetingParts, sharedDb: boolean): string {
  const { storage, crossOrigin } = settings
  const allowed = crossOrigin === true ? '*' : crossOrigin === false ? 'null' : crossOrigin.join(',')
  return `Initializing DynamoDB Local with the following configuration:
Port:\t${port}
InMemory:\t${storage.kind === 'memory'}
Version:\t${version}
DbPath:\t${storage.kind === 'disk' ? storage.folder : 'null'}
SharedDb:\t${sharedDb}
shouldDelayTransientStatuses:\t${inEffect.tableStateDelayMs > 0}
CorsParams:\t${allowed}

`
}
