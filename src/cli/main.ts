/** The command line from start to end: arguments, the server, signals. The only place that reads the environment and prints. */
import type { Log } from '../server/log.ts'
import type { RunningServer } from '../server/start.ts'
import { startServer } from '../server/start.ts'
import { version } from '../server/version.ts'
import { greeting, localGreeting } from './greeting.ts'
import { helpText } from './options.ts'
import { readArguments, UsageError } from './read-arguments.ts'
import { isOn, type Settings, settingsFrom } from './settings.ts'

const exitCodes = { failed: 1, usage: 2 } as const

/** Serves until a signal comes. What goes wrong is one sentence on stderr and the exit code. */
export async function main(words: readonly string[]): Promise<void> {
  // A reader that goes away (`stator | head`) is no reason to stop serving.
  process.stdout.on('error', () => {})
  process.stderr.on('error', () => {})
  try {
    await run(words)
  } catch (error) {
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`)
    process.exitCode = error instanceof UsageError ? exitCodes.usage : exitCodes.failed
  }
}

async function run(words: readonly string[]): Promise<void> {
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
  const server = await startServer({ ...settings, log: logToStderr })
  closeOnSignal(server)
  const parts = { settings, endpoint: server.endpoint, port: server.port, version }
  if (typed.likeLocal) process.stdout.write(localGreeting(parts, typed.localOnly.has('sharedDb')))
  process.stdout.write(greeting(parts))
}

/** The first signal ends in good order, the second at once. */
function closeOnSignal(server: RunningServer): void {
  let closing = false
  const onSignal = (signal: NodeJS.Signals): void => {
    if (closing) process.exit(signal === 'SIGINT' ? 130 : 143)
    closing = true
    server.close().then(
      () => process.exit(0),
      (error: unknown) => {
        logToStderr('Stator could not close in good order', error)
        process.exit(exitCodes.failed)
      },
    )
  }
  process.on('SIGINT', onSignal)
  process.on('SIGTERM', onSignal)
}

const logToStderr: Log = (text, cause) => {
  console.error(text, cause ?? '')
}
