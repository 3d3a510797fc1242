/** The advisor of a server, for whom it speaks, and what it is to know of money. */
import { Advisor } from '../../advice/advisor.ts'
import type { AdviceProfile } from '../../advice/rule.ts'
import { rules } from '../../advice/rules/rules.ts'
import type { Log } from '../../base/log.ts'
import type { EngineOptions } from '../../engine/engine.ts'
import type { MeteredEngine } from '../../metering/metered-engine.ts'
import type { PriceTable } from '../../services/cost/price-table.ts'
import type { Wings } from '../../services/wings.ts'
import { type CostsForAdvice, costsForAdvice } from './costs-for-advice.ts'
import { profileOf } from './profile-of.ts'

/** As a server is started. */
export interface AdviceOptions {
  /** Whether requests are heard by the advisor (docs/advice.md), which tells what could be wrong with them. Default on. */
  readonly advice?: 'on' | 'off'
  /** For whom advice is. Default: as `profileOf` finds. */
  readonly adviceProfile?: AdviceProfile
  /** Whether other machines are served, too. */
  readonly isElsewhere?: boolean
}

interface HearingOptions extends Pick<EngineOptions, 'steadyClock'> {
  /** False: nothing is kept of what is asked, here neither. */
  readonly isHearing: boolean
}

interface AdvisedParts {
  readonly engine: MeteredEngine
  readonly wings: Wings
  readonly prices: PriceTable
  readonly log: Log
}

interface Advising {
  readonly advisor: Advisor | undefined
  readonly adviceProfile: () => AdviceProfile
  readonly costsForAdvice: () => CostsForAdvice
}

/** Where several nodes answer requests about one store, none of them hears all. */
export function advisingBy(
  { advice, adviceProfile, isElsewhere = false, isHearing, steadyClock }: AdviceOptions & HearingOptions,
  { engine, wings, prices, log }: AdvisedParts,
): Advising {
  const options = { log, isHearing, isAlone: engine.leases === undefined, ...(steadyClock && { stopwatch: steadyClock }) }
  return {
    advisor: advice === 'off' ? undefined : new Advisor(rules, options),
    adviceProfile: () => adviceProfile ?? profileOf(engine, isElsewhere),
    costsForAdvice: () => costsForAdvice({ priceTable: prices, records: wings.records }),
  }
}
