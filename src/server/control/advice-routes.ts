/** Routes about advice: what the advisor has found, and what it is not to tell any more (docs/advice.md). */
import type { Finding } from '../../advice/finding.ts'
import { type MutedFinding, mute, mutedFindings, unmute } from '../../advice/muted.ts'
import type { AdviceProfile } from '../../advice/rule.ts'
import { controlRoot } from './control-address.ts'
import { ControlError } from './control-error.ts'
import { type ControlContext, type InRegion, type Route, region } from './route.ts'
import { regionalEngines } from './table-statistics.ts'

export interface AdviceInput extends InRegion {
  readonly table?: string
}

export interface AdviceReport {
  readonly profile: AdviceProfile
  /** The gravest first; with those that are muted, and those whose cause is another finding. */
  readonly findings: readonly Finding[]
}

export interface NewMuted {
  readonly fingerprint: string
  readonly why: string
}

export interface OfFinding {
  readonly fingerprint: string
}

export interface MutedList {
  readonly muted: readonly MutedFinding[]
}

const fingerprint = { kind: 'name', required: true, does: 'what the finding is known by' } as const
const mutedAnswer = '`{ fingerprint, why, sinceMs }`'

export const adviceRoutes: {
  readonly advice: Route<AdviceInput, AdviceReport>
  readonly muted: Route<Readonly<Record<never, never>>, MutedList>
  readonly mute: Route<NewMuted, MutedFinding>
  readonly unmute: Route<OfFinding, MutedFinding>
} = {
  advice: {
    method: 'GET',
    path: `${controlRoot}/advice`,
    does: 'What the advisor has found in what this server was asked since it started (docs/advice.md).',
    answers:
      '`{ profile, findings: [{ id, fingerprint, severity, confidence, region, table, index, key, patterns, fromMs, toMs, evidence, sentence, change: { text, code }, wontHelp, saving: { unitsPerMonth, usdPerMonth, formula }, docs: { title, url }, suppressedBy, muted }] }`, the gravest first; 404 with `--advice off`',
    members: { table: { kind: 'name', does: 'name of a table; all of them when it is left out' }, region },
    run: advice,
  },
  muted: {
    method: 'GET',
    path: `${controlRoot}/advice/muted`,
    does: 'The findings that nobody is to be told of any more.',
    answers: `\`{ muted: [finding] }\`, each ${mutedAnswer}`,
    members: {},
    run: async ({ engine }) => ({ muted: await mutedFindings(engine) }),
  },
  mute: {
    method: 'PUT',
    path: `${controlRoot}/advice/muted/:fingerprint`,
    does: 'Has a finding not told any more: it counts for nothing, and stands at the end with the reason. It is kept with the data.',
    answers: mutedAnswer,
    members: { fingerprint, why: { kind: 'name', required: true, does: 'the reason, for those who come later' } },
    run: async ({ engine }, input) => {
      if (!/^[\da-f]{16}$/.test(input.fingerprint)) throw new ControlError(400, 'A fingerprint has 16 hexadecimal digits.')
      const muted = await mute(engine, input.fingerprint, input.why)
      if (muted === undefined) throw new ControlError(403, 'So many findings are muted that no more can be.')
      return muted
    },
  },
  unmute: {
    method: 'DELETE',
    path: `${controlRoot}/advice/muted/:fingerprint`,
    does: 'Has a finding told again.',
    answers: `${mutedAnswer} as it was`,
    members: { fingerprint },
    run: async ({ engine }, input) => {
      const was = await unmute(engine, input.fingerprint)
      if (was === undefined) throw new ControlError(404, `Nothing is muted that is known by ${JSON.stringify(input.fingerprint)}.`)
      return was
    },
  },
}

async function advice({ engine, advisor, adviceProfile, costsForAdvice }: ControlContext, input: AdviceInput): Promise<AdviceReport> {
  if (advisor === undefined) throw new ControlError(404, 'This server gives no advice: it was started with --advice off.')
  const muted = new Map((await mutedFindings(engine)).map(({ fingerprint: known, why }) => [known, why]))
  const profile = adviceProfile()
  const found = await advisor.findings({ engines: regionalEngines(engine, input.region), profile, muted, ...costsForAdvice() })
  return { profile, findings: found.filter(({ table }) => input.table === undefined || table === input.table) }
}
