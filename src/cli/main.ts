/** The command line from start to end: finds the command, and makes of what goes wrong one sentence on stderr and an exit code. */
import { commands } from './commands.ts'
import { exitCodes } from './exit-codes.ts'
import { UsageError } from './read-arguments.ts'

/** Serves until a signal comes, unless the first word is one of the other commands. */
export async function main(words: readonly string[]): Promise<void> {
  // A reader that goes away (`stator | head`) is no reason to stop serving.
  process.stdout.on('error', () => {})
  process.stderr.on('error', () => {})
  try {
    const command = commands.find(({ name }) => name === words[0])
    if (command === undefined) await (await import('./serve.ts')).serve(words)
    else process.exitCode = await command.run(words.slice(1))
  } catch (error) {
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`)
    process.exitCode = error instanceof UsageError ? exitCodes.usage : exitCodes.failed
  }
}
