/** The command line from start to end: finds the command, and makes of what goes wrong one sentence on stderr and an exit code. */
import { commands } from './commands.ts'
import { exitCodes } from './exit-codes.ts'
import { loaders } from './loaders.ts'
import { UsageError, unknownCommand } from './read-arguments.ts'
import { styled } from './styled.ts'

/** Serves until a signal comes, unless the first word is one of the other commands. */
export async function main(words: readonly string[]): Promise<void> {
  // A reader that goes away (`stator | head`) is no reason to stop serving.
  process.stdout.on('error', () => {})
  process.stderr.on('error', () => {})
  try {
    process.exitCode = await run(words)
  } catch (error) {
    const sentence = error instanceof Error ? error.message : String(error)
    process.stderr.write(`${styled('red', 'stator:', process.stderr)} ${sentence}\n`)
    process.exitCode = error instanceof UsageError ? exitCodes.usage : exitCodes.failed
  }
}

/** Resolves with the exit code, or when it serves. */
async function run(words: readonly string[]): Promise<number> {
  const [first = '', ...rest] = words
  if (first === 'help') return help(rest)
  if (first === 'version') return run(['--version', ...rest])
  const command = commands.find(({ name }) => name === first)
  if (command !== undefined) return (await loaders[command.name as keyof typeof loaders]()).run(rest)
  await (await import('./serve.ts')).serve(words)
  return 0
}

/** Words that serving has the help of: those that it begins with, and those that have none of their own. */
const ofServing: ReadonlySet<string> = new Set(['--help', '-h', 'help', 'version', 'start', 'serve'])

/** `stator help load` is `stator load --help`. */
function help(words: readonly string[]): Promise<number> {
  const [name, more] = words
  if (more !== undefined) throw new UsageError('Usage: stator help [COMMAND].')
  if (name === undefined || ofServing.has(name)) return run(['--help'])
  if (!commands.some((each) => each.name === name)) throw new UsageError(unknownCommand(name))
  return run([name, '--help'])
}
