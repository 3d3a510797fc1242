/** Completions as each shell wants them. Options that have values are completed as files, which is right for most and does no harm. */
import type { CommandOption } from '../command-options.ts'

export interface Completed {
  /** Empty for serving. */
  readonly name: string
  readonly help: string
  readonly options: readonly CommandOption[]
}

export function bashScript(all: readonly Completed[]): string {
  const cases = all.map(
    ({ name, options }) => `    ${name === '' ? '*' : name}) words="${flags(options)}${name === '' ? ` ${names(all)}` : ''}" ;;`,
  )
  return `_stator() {
  local words current="\${COMP_WORDS[COMP_CWORD]}"
  case "\${COMP_WORDS[1]}" in
${[...cases.slice(1), ...cases.slice(0, 1)].join('\n')}
  esac
  if [ "\${COMP_WORDS[1]}" = help ]; then words="${names(all)}"; fi
  COMPREPLY=($(compgen -W "$words" -- "$current"))
}
complete -o default -F _stator stator
`
}

export function zshScript(all: readonly Completed[]): string {
  const cases = all.map(
    ({ name, options }) => `    ${name === '' ? '*' : name}) _arguments ${options.map(zshFlag).join(' ')} '*:file:_files' ;;`,
  )
  return `#compdef stator
_stator() {
  local -a commands
  commands=(${named(all)
    .map(({ name, help }) => quoted(`${name}:${help}`))
    .join(' ')})
  if (( CURRENT == 2 )) && [[ $words[2] != -* ]]; then _describe command commands; return; fi
  case $words[2] in
${[...cases.slice(1), ...cases.slice(0, 1)].join('\n')}
  esac
}
compdef _stator stator
`
}

export function fishScript(all: readonly Completed[]): string {
  const isFirst = '__fish_use_subcommand'
  const lines = all.flatMap(({ name, help, options }) => {
    const condition = name === '' ? `not __fish_seen_subcommand_from ${names(all)}` : `__fish_seen_subcommand_from ${name}`
    const flagLines = options.map(
      (option) =>
        `complete -c stator -n '${condition}' -l ${option.name}${option.value === undefined ? '' : ' -r'} -d ${quoted(option.help)}`,
    )
    return name === '' ? flagLines : [`complete -c stator -f -n ${isFirst} -a ${name} -d ${quoted(help)}`, ...flagLines]
  })
  return `${lines.join('\n')}\n`
}

function zshFlag({ name, value, help }: CommandOption): string {
  const text = help.replaceAll(/[[\]:]/g, '\\$&')
  return quoted(`--${name}[${text}]${value === undefined ? '' : `:${value}:_files`}`)
}

function flags(options: readonly CommandOption[]): string {
  return options.map(({ name }) => `--${name}`).join(' ')
}

function named(all: readonly Completed[]): readonly Completed[] {
  return all.filter(({ name }) => name !== '')
}

function names(all: readonly Completed[]): string {
  return named(all)
    .map(({ name }) => name)
    .join(' ')
}

function quoted(text: string): string {
  return `'${text.replaceAll("'", "'\\''")}'`
}
