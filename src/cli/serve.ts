/** What `stator` does without another command: serve until a signal comes. */
import { writeFile } from 'node:fs/promises'
import { hostname } from 'node:os'
import { join } from 'node:path'
import type { Log } from '../base/log.ts'
import type { AuditSink } from '../server/audit/audit-trail.ts'
import { ControlError } from '../server/control/control-error.ts'
import type { AccessOptions, RunningServer, ServerOptions } from '../server/start.ts'
import { startServer } from '../server/start.ts'
import { version } from '../server/version.ts'
import { forgetHolder, noteHolder } from '../storage/sqlite/holder.ts'
import { controlTokenOf } from './auth/control-token.ts'
import { identityFile } from './auth/identity-file.ts'
import { keysOf } from './auth/keys-of.ts'
import { metricsTokenOf } from './auth/metrics-token.ts'
import { rootKeyOf, rootKeyPlace } from './auth/root-key.ts'
import { findSealingKeys } from './auth/secret-key.ts'
import { exitCodes } from './exit-codes.ts'
import { type GreetingParts, greeting, localGreeting, opennessWarning } from './greeting.ts'
import { openFiles } from './open-files.ts'
import { helpText } from './options.ts'
import { bucketOptions, outboundOptions } from './outbound-options.ts'
import { readArguments, UsageError, unknownVariables } from './read-arguments.ts'
import { readJsonFile } from './read-json-file.ts'
import { serverLog } from './server-log.ts'
import { defaultDataFolder, isOn, type Settings, settingsFrom } from './settings.ts'
import { WatchedFiles } from './watched-files.ts'

/** Resolves when it serves, or has printed what was asked for. Rejects with UsageError, or with an error of one clear sentence. */
export async function serve(words: readonly string[]): Promise<void> {
  const typed = readArguments(words, process.env)
  if (isOn(typed.given, 'help')) {
    process.stdout.write(helpText())
    return
  }
  if (isOn(typed.given, 'version')) {
    process.stdout.write(`${version}\n`)
    return
  }
  const settings: Settings = settingsFrom(typed)
  for (const sentence of unknownVariables(process.env)) process.stderr.write(`stator: ${sentence}\n`)
  const {
    pricesFile,
    faultsFile,
    functionsFile,
    auth,
    tls,
    audit,
    secretKeyFile,
    metricsTokenFile: _metrics,
    controlTokenFile: _control,
    buckets: _,
    kinesisEndpoint: _endpoint,
    sinksFile: _sinks,
    log: logged,
    tables,
    ...serverSettings
  } = settings
  const { log, onAnswered } = serverLog(logged.form, logged.level)
  const files = new WatchedFiles(log)
  let server: RunningServer | undefined
  const prices = pricesFile === undefined ? undefined : readJsonFile('prices', pricesFile)
  const identities = auth.mode === 'keys' ? keysOf(auth.keysFile, files) : undefined
  const access = auth.mode === 'iam' ? accessOf(settings, auth.iamFile, files) : undefined
  const { STATOR_SECRET_KEY: secretKey } = process.env
  const sealingKeys = findSealingKeys({ storage: settings.storage, file: secretKeyFile, text: secretKey || undefined })
  const { tokens, made: controlToken } = await tokensOf(settings, files)
  const certificate = tls && (await (await import('./tls/certificates.ts')).certificateOf({ ...settings, tls }, files, () => server))
  server = await startServer({
    ...serverSettings,
    ...bucketOptions(settings, process.env),
    ...outboundOptions(settings, process.env),
    ...(identities && { identities }),
    ...(access && { access }),
    ...(sealingKeys && { sealingKeys }),
    ...tokens,
    ...(certificate && { tls: certificate.credentials }),
    ...(audit && { audit: { sink: await auditSinkOf(audit.file), includesData: audit.includesData } }),
    ...(faultsFile !== undefined && { faults: readJsonFile('faults', faultsFile) }),
    ...(functionsFile !== undefined && { functions: async () => (await import('./functions-of.ts')).functionsOf(functionsFile, files) }),
    ...(tables && { prepare: (await import('./apply/tables-at-start.ts')).tablesAtStart(tables) }),
    prices,
    machine: hostname(),
    isScrubbed: true,
    openFiles,
    reload: () => files.reload(),
    log,
    ...(onAnswered && { onAnswered }),
    storeLost: (why) => endWithoutStore(log, why),
  }).catch(saidInFiles(settings))
  const folder = settings.storage.kind === 'disk' ? settings.storage.folder : undefined
  closeOnSignal(server, log, () => folder !== undefined && forgetHolder(folder))
  if (folder !== undefined) await noteInFolder(folder, server.endpoint)
  const isSharedDb = typed.localOnly.has('sharedDb')
  await greet(server, { settings, certificatePath: certificate?.path, controlToken, isSharedDb })
}

interface Greeted extends Pick<GreetingParts, 'settings' | 'certificatePath' | 'controlToken'> {
  readonly isSharedDb: boolean
}

async function greet(server: RunningServer, { isSharedDb, ...given }: Greeted): Promise<void> {
  const { regions, settings: inEffect } = await server.control.info()
  const { endpoint, port, plainPort, changedSettings } = server
  const parts = { ...given, inEffect, changedSettings, regions, endpoint, port, plainPort, version }
  if (given.settings.isLikeLocal) process.stdout.write(localGreeting(parts, isSharedDb))
  process.stdout.write(greeting(parts))
  process.stderr.write(opennessWarning(given.settings))
}

/** What others bring for rights of their own; `made`: what nobody knows yet. Rejects with UsageError. */
async function tokensOf(
  settings: Settings,
  files: WatchedFiles,
): Promise<{ readonly tokens: Pick<ServerOptions, 'metricsToken' | 'controlToken'>; readonly made?: string | undefined }> {
  const { metricsTokenFile } = settings
  const { STATOR_CONTROL_TOKEN: text } = process.env
  const control = await controlTokenOf(settings, text || undefined, files)
  const tokens = {
    ...(metricsTokenFile !== undefined && { metricsToken: await metricsTokenOf(metricsTokenFile, files) }),
    ...(control && { controlToken: control.token }),
  }
  return { tokens, made: control?.made }
}

/** What a file says wrong is typed wrong, whether it is no JSON or none of what it is to be. */
function saidInFiles({ faultsFile, sinksFile }: Settings): (error: unknown) => never {
  return (error) => {
    if (error instanceof Error && error.name === 'PriceTableError') throw new UsageError(error.message)
    if (error instanceof ControlError) throw new UsageError(`The faults in ${faultsFile} are none: ${error.message}`)
    if (error instanceof Error && (error.name === 'StreamSinksError' || error.name === 'SinkDefinitionFault'))
      throw new UsageError(`The sinks in ${sinksFile} are none: ${error.message}`)
    throw error
  }
}

/**
 * Whoever meets the folder while it is in use is told by whom; and who keeps his data beside his code does not commit it by mistake. Resolves when
 * it is written, or cannot be.
 */
async function noteInFolder(folder: string, endpoint: string): Promise<void> {
  noteHolder(folder, { processId: process.pid, endpoint })
  if (folder === defaultDataFolder) await writeFile(join(folder, '.gitignore'), '*\n', { flag: 'wx', mode: 0o600 }).catch(() => {})
}

async function auditSinkOf(path: string): Promise<AuditSink> {
  const { AuditFile, auditToStdout } = await import('./audit/audit-file.ts')
  if (path === '-') return auditToStdout
  const file = new AuditFile(path)
  await file.open().catch((error: unknown) => {
    throw new UsageError(`The audit trail cannot be written: ${error instanceof Error ? error.message : String(error)}.`)
  })
  return file
}

function accessOf({ storage }: Settings, iamFile: string | undefined, files: WatchedFiles): AccessOptions {
  const rootKey = rootKeyOf(process.env)
  return {
    rootKey,
    rootKeyPlace: rootKey === undefined ? rootKeyPlace({ storage }, (line) => process.stdout.write(`${line}\n`)) : undefined,
    file: iamFile === undefined ? undefined : identityFile(iamFile, process.env, files),
  }
}

/** Nothing can be read or written any more: whoever watches the process may start it anew, elsewhere perhaps. */
function endWithoutStore(log: Log, why: Error): void {
  log('Stator ends, because its database could not be written and cannot be opened again', why)
  process.exit(exitCodes.failed)
}

/** The first signal ends in good order, the second at once. A server that is told to end (SIGTERM, SIGHUP) lets balancers see it first. */
function closeOnSignal(server: RunningServer, log: Log, onEnd: () => void): void {
  let closing = false
  const onSignal = (signal: 'SIGINT' | 'SIGTERM' | 'SIGHUP'): void => {
    if (closing) process.exit(exitCodes[signal])
    closing = true
    onEnd()
    if (signal === 'SIGINT') process.stdout.write('\nStopping. Ctrl+C again ends at once.\n')
    const drained = signal === 'SIGINT' ? Promise.resolve() : server.drain()
    drained
      .then(() => server.close())
      .then(
        () => process.exit(0),
        (error: unknown) => {
          log('Stator could not close in good order', error)
          process.exit(exitCodes.failed)
        },
      )
  }
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, onSignal)
}
