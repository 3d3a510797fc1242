/** `stator completions SHELL`: what a shell completes, made from the tables of commands and options. */
import { type CommandOption, helpOption, optionRows } from '../command-options.ts'
import { type CommandName, commands } from '../commands.ts'
import { cliOptions } from '../options.ts'
import { UsageError } from '../read-arguments.ts'
import { readNamesAndOptions } from '../words-and-options.ts'
import { bashScript, type Completed, fishScript, zshScript } from './completion-scripts.ts'

export const options: readonly CommandOption[] = [helpOption]

const helpText = `Prints what makes a shell complete the commands and options of stator.

Usage: stator completions SHELL

  bash   eval "$(stator completions bash)"                                       in ~/.bashrc
  zsh    eval "$(stator completions zsh)"                                        in ~/.zshrc, behind compinit
  fish   stator completions fish > ~/.config/fish/completions/stator.fish

${optionRows(options)}
`

const scripts: { readonly [shell: string]: (completed: readonly Completed[]) => string } = {
  bash: bashScript,
  zsh: zshScript,
  fish: fishScript,
}

/** What a command takes behind its name. */
export type OptionsOf = (name: CommandName) => Promise<readonly CommandOption[]>

/** Resolves with the exit code. Rejects with UsageError. */
export async function runCompletionsCommand(words: readonly string[], optionsOf: OptionsOf): Promise<number> {
  const usage = 'stator completions SHELL'
  const { names, given } = readNamesAndOptions('stator completions', { options, usage, names: [1, 1] }, words)
  if (given.has('help')) {
    process.stdout.write(helpText)
    return 0
  }
  const [shell = ''] = names
  const script = Object.hasOwn(scripts, shell) ? scripts[shell] : undefined
  if (script === undefined) throw new UsageError(`SHELL must be bash, zsh or fish, not '${shell}'.`)
  process.stdout.write(script(await completed(optionsOf)))
  return 0
}

/** Serving first, which has no name. */
async function completed(optionsOf: OptionsOf): Promise<readonly Completed[]> {
  const others = commands.map(async ({ name, help }): Promise<Completed> => ({ name, help, options: await optionsOf(name) }))
  return [{ name: '', help: 'serve', options: cliOptions }, ...(await Promise.all(others))]
}
