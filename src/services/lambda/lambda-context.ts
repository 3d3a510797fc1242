/** What the operations of Lambda, and its jobs, work with. */
import type { FunctionHost } from '../../functions/function-host.ts'
import type { MeteredEngine } from '../../metering/metered-engine.ts'
import type { WingHouse } from '../wing.ts'
import { type LambdaRecords, loadLambdaRecords } from './records/lambda-records.ts'

export interface LambdaContext {
  /** As the region sees it that is asked. */
  readonly engine: MeteredEngine
  /** Of all regions. */
  readonly records: LambdaRecords
  /** Undefined: the server was given none. */
  readonly functions: FunctionHost | undefined
}

export async function lambdaContext({ engine, records, functions }: WingHouse): Promise<LambdaContext> {
  return { engine, records: await records.of(loadLambdaRecords), functions }
}
