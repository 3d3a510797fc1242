/** What the parts of a check share. */
import type { StoreDamaged } from '../../storage/store.ts'
import type { Engine } from '../engine.ts'
import type { Table } from '../schema/table.ts'
import { CheckReport, type Finding } from './check-report.ts'

export interface CheckOptions {
  /** Whether what follows from items is mended. */
  readonly fix: boolean
  /** Whether damaged rows that nothing can mend are deleted. */
  readonly discard?: boolean
  /** Whether nobody else writes. */
  readonly isAlone: boolean
  readonly onFound?: (finding: Finding) => void
}

export class CheckContext {
  /** As the region sees it whose tables are looked at. */
  readonly engine: Engine
  readonly report: CheckReport
  readonly fix: boolean
  readonly discard: boolean
  readonly isAlone: boolean

  constructor(engine: Engine, options: CheckOptions, report: CheckReport = new CheckReport(options.onFound)) {
    this.engine = engine
    this.report = report
    this.fix = options.fix
    this.discard = options.discard === true
    this.isAlone = options.isAlone
  }

  of(engine: Engine): CheckContext {
    return new CheckContext(engine, this, this.report)
  }

  damaged(error: StoreDamaged, table?: Table): () => void {
    const where = table === undefined ? '' : ` of ${table.name}`
    return this.report.add(
      { kind: 'damaged record', ...(table && { table: table.name }), says: `a record${where} is not what was written` },
      error.key,
    )
  }
}
