/** What imports tell of items that they could not put: AWS has it in CloudWatch Logs. */
import { transferPath } from '../../engine/schema/transfer.ts'
import type { ItemS3Pointer } from '../../engine/transfers/checked-records.ts'
import { faultList, readLines } from '../../engine/transfers/transfer-lines.ts'
import { readTransfer } from '../../engine/transfers/transfers.ts'
import { controlRoot } from './control-address.ts'
import { ControlError } from './control-error.ts'
import { type OfTable, type Route, region, table } from './route.ts'
import { regionalEngine } from './table-statistics.ts'

export interface OfImport extends OfTable {
  readonly import: string
}

export interface ImportFault {
  readonly itemS3Pointer: ItemS3Pointer
  readonly importArn: string
  readonly errorMessages: readonly string[]
}

export interface ImportFaults {
  readonly errorCount: number
  readonly errors: readonly ImportFault[]
}

export const importRoutes: { readonly importErrors: Route<OfImport, ImportFaults> } = {
  importErrors: {
    method: 'GET',
    path: `${controlRoot}/imports/:table/:import/errors`,
    does: 'What could not be imported: for each item what AWS writes to CloudWatch Logs. The first ten thousand are kept.',
    answers:
      '`{ errorCount, errors: [{ itemS3Pointer: { bucket, key, itemIndex }, importArn, errorMessages }] }`; `errorCount` has those that are not kept, too',
    members: {
      table,
      import: { kind: 'name', required: true, does: 'what stands behind `import/` in the ARN' },
      region,
    },
    run: async ({ engine }, { table: tableName, import: id, region: asked }) => {
      const { store, catalog } = regionalEngine(engine, asked)
      const name = { region: catalog.region, kind: 'import', path: transferPath({ kind: 'import', tableName, id }) } as const
      const imported = await readTransfer(store, name)
      if (imported === undefined) throw new ControlError(404, `There is no import ${JSON.stringify(id)} of ${JSON.stringify(tableName)}.`)
      const errors: ImportFault[] = []
      for await (const lines of readLines(store, name, faultList)) errors.push(...lines.map((line) => JSON.parse(line) as ImportFault))
      return { errorCount: imported.progress.faultCount, errors }
    },
  },
}
