/** The command line from start to end: finds the command, and makes of what goes wrong one sentence on stderr and an exit code. */
import { type CommandName, commands } from './commands.ts'
import { exitCodes } from './exit-codes.ts'
import { UsageError } from './read-arguments.ts'

/**
 * Takes what was typed behind the name, `--help` included, and resolves with the exit code. Rejects with UsageError for what was
 * typed wrong, with an error of one clear sentence for what can't be done.
 */
type RunCommand = (words: readonly string[]) => Promise<number>

/** Each command is loaded when it is asked for, so that none of them makes the others slower to start. */
const runners: { readonly [Name in CommandName]: RunCommand } = {
  backup: async (words) => (await import('./copies/backup-command.ts')).runBackupCommand(words),
  branch: async (words) => (await import('./time-travel/branch-command.ts')).runBranchCommand(words),
  check: async (words) => (await import('./check/check-command.ts')).runCheckCommand(words),
  compact: async (words) => (await import('./compact-command.ts')).runCompactCommand(words),
  copy: async (words) => (await import('./copy/copy-command.ts')).runCopyCommand('copy', words),
  cost: async (words) => (await import('./cost/cost-command.ts')).runCostCommand(words),
  diff: async (words) => (await import('./time-travel/diff-command.ts')).runDiffCommand(words),
  'explain-access': async (words) => (await import('./access/explain-access-command.ts')).runExplainAccessCommand(words),
  export: async (words) => (await import('./copy/copy-command.ts')).runCopyCommand('export', words),
  import: async (words) => (await import('./copy/copy-command.ts')).runCopyCommand('import', words),
  load: async (words) => (await import('./load/load-command.ts')).runLoadCommand(words),
  policy: async (words) => (await import('./access/policy-command.ts')).runPolicyCommand(words),
  restore: async (words) => (await import('./copies/restore-command.ts')).runRestoreCommand(words),
  'verify-backup': async (words) => (await import('./copies/verify-command.ts')).runVerifyCommand(words),
}

/** Serves until a signal comes, unless the first word is one of the other commands. */
export async function main(words: readonly string[]): Promise<void> {
  // A reader that goes away (`stator | head`) is no reason to stop serving.
  process.stdout.on('error', () => {})
  process.stderr.on('error', () => {})
  try {
    const command = commands.find(({ name }) => name === words[0])
    if (command === undefined) await (await import('./serve.ts')).serve(words)
    else process.exitCode = await runners[command.name](words.slice(1))
  } catch (error) {
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`)
    process.exitCode = error instanceof UsageError ? exitCodes.usage : exitCodes.failed
  }
}
