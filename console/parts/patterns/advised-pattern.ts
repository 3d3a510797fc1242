/** An access pattern with what the advisor has found about it. */
import type { PatternReport } from '../../../src/metering/traffic/describe-pattern.ts'
import type { AdviceReport } from '../../../src/server/control/advice-routes.ts'

export interface AdvisedPattern extends PatternReport {
  /** Sentences. */
  readonly advice: readonly string[]
}

export function advised(pattern: PatternReport, findings: AdviceReport['findings']): AdvisedPattern {
  const told = findings.filter(
    ({ region, patterns = [], muted, suppressedBy }) =>
      muted === undefined && suppressedBy === undefined && region === pattern.region && patterns.includes(pattern.text),
  )
  return { ...pattern, advice: told.map(({ sentence }) => sentence) }
}
