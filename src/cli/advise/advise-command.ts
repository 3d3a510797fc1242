/** `stator advise`: what the advisor of a running server has found in what programs asked of it; for people, and for a pipeline that is to fail. */
import { existsSync, writeFileSync } from 'node:fs'
import type { AdviceReport } from '../../server/control/advice-routes.ts'
import { askControl, controlEndpointOf, endpointOption, profileOption } from '../asking/ask-control.ts'
import type { ControlEndpoint } from '../asking/endpoint.ts'
import { type CommandOption, type GivenOptions, helpOption, optionRows, readOptions } from '../command-options.ts'
import { exitCodes } from '../exit-codes.ts'
import { UsageError } from '../read-arguments.ts'
import { readJsonFile } from '../read-json-file.ts'
import { adviceText } from './advice-text.ts'

type Finding = AdviceReport['findings'][number]

export const options: readonly CommandOption[] = [
  endpointOption,
  profileOption,
  { name: 'table', value: 'NAME', help: 'this table alone (all)' },
  { name: 'region', value: 'NAME', help: 'with isolated regions, whose tables; and for which the request is signed' },
  { name: 'fail-on', value: 'SEVERITY', help: 'end with 5 when there is a finding so grave: error, warning (and errors), info (any)' },
  {
    name: 'baseline',
    value: 'FILE',
    help: 'what is known already, which --fail-on passes over; made of what is found when it is not there',
  },
  { name: 'all', help: 'print what is muted, known already or the effect of another finding, too' },
  { name: 'mute', value: 'FINGERPRINT', help: 'have a finding not told any more' },
  { name: 'why', value: 'TEXT', help: 'with --mute: the reason, for those who come later' },
  { name: 'unmute', value: 'FINGERPRINT', help: 'have it told again' },
  { name: 'json', help: 'print all that is known, as JSON' },
  helpOption,
]

const helpText = `Says what the advisor of a running Stator has found: errors, risks and costs in the way in which programs use their tables.

Usage: stator advise [options]

${optionRows(options)}
`

const severities = ['error', 'warning', 'info'] as const

/** Resolves with the exit code. Rejects with UsageError, or with one clear sentence when there is no answer. */
export async function runAdviseCommand(words: readonly string[]): Promise<number> {
  const given = readOptions('stator advise', options, words)
  if (given.has('help')) {
    process.stdout.write(helpText)
    return 0
  }
  const failOn = severityIn(given)
  if (given.has('why') && !given.has('mute')) throw new UsageError('--why is about --mute.')
  const endpoint = await controlEndpointOf(given)
  if (given.has('mute') || given.has('unmute')) return changeMuted(endpoint, given)
  const report = await adviceOf(endpoint, given)
  const known = baselineOf(given.get('baseline'), report)
  const isTold = (finding: Finding): boolean =>
    finding.muted === undefined && finding.suppressedBy === undefined && !known.has(finding.fingerprint)
  const shown = given.has('all') ? report.findings : report.findings.filter(isTold)
  if (given.has('json')) process.stdout.write(`${JSON.stringify({ ...report, findings: shown }, undefined, 2)}\n`)
  else process.stdout.write(adviceText(shown, { hidden: report.findings.length - shown.length, stream: process.stdout }))
  const isGrave = ({ severity }: Finding): boolean => failOn !== undefined && severities.indexOf(severity) <= severities.indexOf(failOn)
  return report.findings.some((finding) => isTold(finding) && isGrave(finding)) ? exitCodes.found : 0
}

function severityIn(given: GivenOptions): (typeof severities)[number] | undefined {
  const text = given.get('fail-on')
  if (text === undefined) return undefined
  const severity = severities.find((each) => each === text)
  if (severity === undefined) throw new UsageError(`--fail-on takes error, warning or info, not ${JSON.stringify(text)}.`)
  return severity
}

async function adviceOf(endpoint: ControlEndpoint, given: GivenOptions): Promise<AdviceReport> {
  const members = ['table', 'region'].flatMap((name) => (given.has(name) ? [[name, given.get(name) ?? '']] : []))
  const query = members.length === 0 ? '' : `?${new URLSearchParams(members)}`
  return (await askControl(endpoint, { method: 'GET', path: `/_stator/advice${query}`, answerHas: 'findings' })) as AdviceReport
}

/** Fingerprints that are known already. */
function baselineOf(file: string | undefined, { findings }: AdviceReport): ReadonlySet<string> {
  if (file === undefined) return new Set()
  if (!existsSync(file)) {
    const kept = findings.map(({ fingerprint, id, table, sentence }) => ({ fingerprint, id, table, sentence }))
    writeFileSync(file, `${JSON.stringify({ findings: kept }, undefined, 2)}\n`)
    return new Set(findings.map(({ fingerprint }) => fingerprint))
  }
  const { findings: listed } = readJsonFile('baseline', file) as { readonly findings?: unknown }
  if (!Array.isArray(listed)) throw new UsageError(`${file} is no baseline: it has no findings.`)
  return new Set(listed.map((each: { readonly fingerprint?: unknown } | null) => String(each?.fingerprint)))
}

async function changeMuted(endpoint: ControlEndpoint, given: GivenOptions): Promise<number> {
  const [muted, unmuted, why] = ['mute', 'unmute', 'why'].map((name) => given.get(name))
  if (muted !== undefined && unmuted !== undefined) throw new UsageError('--mute and --unmute are two things: choose one.')
  if (muted !== undefined && why === undefined) throw new UsageError('--mute needs a reason: --why TEXT.')
  const path = `/_stator/advice/muted/${encodeURIComponent(muted ?? unmuted ?? '')}`
  if (muted !== undefined) await askControl(endpoint, { method: 'PUT', path, body: { why }, answerHas: 'fingerprint' })
  else await askControl(endpoint, { method: 'DELETE', path, answerHas: 'fingerprint' })
  process.stdout.write(muted === undefined ? `${unmuted} is told again.\n` : `${muted} is not told any more.\n`)
  return 0
}
