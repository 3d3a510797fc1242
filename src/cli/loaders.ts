/** What runs each command. It is loaded when it is asked for, so that none of them makes the others slower to start. */
import type { CommandOption } from './command-options.ts'
import type { CommandName } from './commands.ts'

export interface Command {
  readonly options: readonly CommandOption[]
  /**
   * Takes what was typed behind the name, `--help` included, and resolves with the exit code. Rejects with UsageError for what was
   * typed wrong, with an error of one clear sentence for what can't be done.
   */
  readonly run: (words: readonly string[]) => Promise<number>
}

export const loaders: { readonly [Name in Exclude<CommandName, 'help' | 'version'>]: () => Promise<Command> } = {
  advise: async () => {
    const { options, runAdviseCommand: run } = await import('./advise/advise-command.ts')
    return { options, run }
  },
  apply: async () => {
    const { options, runApplyCommand: run } = await import('./apply/apply-command.ts')
    return { options, run }
  },
  backup: async () => {
    const { options, runBackupCommand: run } = await import('./copies/backup-command.ts')
    return { options, run }
  },
  branch: async () => {
    const { options, runBranchCommand: run } = await import('./time-travel/branch-command.ts')
    return { options, run }
  },
  check: async () => {
    const { options, runCheckCommand: run } = await import('./check/check-command.ts')
    return { options, run }
  },
  compact: async () => {
    const { options, runCompactCommand: run } = await import('./compact-command.ts')
    return { options, run }
  },
  completions: async () => {
    const { options, runCompletionsCommand } = await import('./shell/completions-command.ts')
    return { options, run: (words) => runCompletionsCommand(words, optionsOf) }
  },
  copy: () => loadCopy('copy'),
  cost: async () => {
    const { options, runCostCommand: run } = await import('./cost/cost-command.ts')
    return { options, run }
  },
  diff: async () => {
    const { options, runDiffCommand: run } = await import('./time-travel/diff-command.ts')
    return { options, run }
  },
  env: async () => {
    const { options, runEnvCommand: run } = await import('./shell/env-command.ts')
    return { options, run }
  },
  'explain-access': async () => {
    const { options, runExplainAccessCommand: run } = await import('./access/explain-access-command.ts')
    return { options, run }
  },
  export: () => loadCopy('export'),
  healthcheck: async () => {
    const { options, runHealthcheckCommand: run } = await import('./asking/healthcheck-command.ts')
    return { options, run }
  },
  import: () => loadCopy('import'),
  load: async () => {
    const [{ options }, { runLoadCommand: run }] = await Promise.all([import('./load/load-options.ts'), import('./load/load-command.ts')])
    return { options, run }
  },
  mcp: async () => {
    const { options, runMcpCommand: run } = await import('./mcp/mcp-command.ts')
    return { options, run }
  },
  policy: async () => {
    const { options, runPolicyCommand: run } = await import('./access/policy-command.ts')
    return { options, run }
  },
  restore: async () => {
    const { options, runRestoreCommand: run } = await import('./copies/restore-command.ts')
    return { options, run }
  },
  seed: async () => {
    const { options, runSeedCommand: run } = await import('./copy/seed-command.ts')
    return { options, run }
  },
  'verify-backup': async () => {
    const { options, runVerifyCommand: run } = await import('./copies/verify-command.ts')
    return { options, run }
  },
  view: async () => {
    const { options, runViewCommand: run } = await import('./views/view-command.ts')
    return { options, run }
  },
}

async function optionsOf(name: CommandName): Promise<readonly CommandOption[]> {
  return name === 'help' || name === 'version' ? [] : (await loaders[name]()).options
}

async function loadCopy(name: 'copy' | 'export' | 'import'): Promise<Command> {
  const { options, runCopyCommand } = await import('./copy/copy-command.ts')
  return { options, run: (words) => runCopyCommand(name, words) }
}
