/** Routes about where tables come from: which of them infrastructure code has made, so that it may remove those that it has no more. */
import { changeTables } from '../../engine/catalog/change-tables.ts'
import type { TableOrigin } from '../../engine/schema/table.ts'
import type { MeteredEngine } from '../../metering/metered-engine.ts'
import { controlRoot } from './control-address.ts'
import { type InRegion, type OfTable, type Route, region, table } from './route.ts'
import { regionalEngine, regionalEngines, tableNamed } from './table-statistics.ts'

export interface NewOrigin extends OfTable {
  readonly source: string
  readonly id: string
  readonly retained?: boolean
}

export interface NamedOrigin {
  readonly table: string
  readonly region: string
  readonly source: string
  readonly id: string
  readonly retained: boolean
}

export interface OriginList {
  readonly origins: readonly NamedOrigin[]
}

export const originRoutes: {
  readonly origins: Route<InRegion, OriginList>
  readonly setOrigin: Route<NewOrigin, NamedOrigin>
} = {
  origins: {
    method: 'GET',
    path: `${controlRoot}/origins`,
    does: 'The tables that infrastructure code has made (docs/infrastructure.md).',
    answers:
      '`{ origins: [{ table, region, source, id, retained }] }`; source is the stack or the files, id what they call the table, retained whether it stays when they have it no more',
    members: { region },
    run: ({ engine }, input) => ({ origins: regionalEngines(engine, input.region).flatMap(originsIn) }),
  },
  setOrigin: {
    method: 'PUT',
    path: `${controlRoot}/tables/:table/origin`,
    does: 'Notes by which infrastructure code a table was made. It is forgotten with the table.',
    answers: 'the origin, as above',
    members: {
      table,
      source: { kind: 'name', required: true, does: 'the stack, or the files' },
      id: { kind: 'name', required: true, does: 'what the file calls the table' },
      retained: { kind: 'boolean', does: 'true: it stays when the file has it no more' },
      region,
    },
    run: ({ engine }, input) => setOrigin(regionalEngine(engine, input.region), input),
  },
}

function originsIn({ catalog, region: inRegion }: MeteredEngine): readonly NamedOrigin[] {
  return [...catalog.tables()].flatMap(({ name, status, origin }) =>
    origin === undefined || status === 'DELETING' ? [] : [named(name, inRegion, origin)],
  )
}

function named(name: string, inRegion: string, { source, id, isRetained }: TableOrigin): NamedOrigin {
  return { table: name, region: inRegion, source, id, retained: isRetained }
}

async function setOrigin(engine: MeteredEngine, { table: name, source, id, retained = false }: NewOrigin): Promise<NamedOrigin> {
  const { tableId } = tableNamed(engine, name)
  const origin = { source, id, isRetained: retained }
  await changeTables(engine, [name], (tables) => {
    const found = tables.find(name)
    if (found?.tableId === tableId) tables.replace({ ...found, origin })
  })
  return named(name, engine.region, origin)
}
