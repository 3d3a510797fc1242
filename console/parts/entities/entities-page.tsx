/** Which kinds of items a table holds, by a sample that is asked for: their shapes, their attributes, a name for each, and the way to their items. */
import { useSignal } from '@preact/signals'
import { ScanSearch } from 'lucide-preact'
import { Link } from 'wouter-preact'
import { tableAddress } from '../../app/addresses.ts'
import { sampledItemsMax } from '../../limits.ts'
import { call } from '../../server/ask.ts'
import { keyNames, type TableDescription } from '../../server/tables.ts'
import type { Item } from '../../values/attribute-value.ts'
import { count, counted, percent } from '../../values/shown-numbers.ts'
import { Failed } from '../../widgets/told.tsx'
import { emptyFilter, type Filter } from '../explorer/question.ts'
import { entityName, nameEntity } from './entity-names.ts'
import { type Entity, entitiesOf } from './shapes.ts'

interface Sample {
  readonly items: readonly Item[]
  readonly units: number
}

export function EntitiesPage({ table }: { readonly table: TableDescription }) {
  const sample = useSignal<Sample | undefined>(undefined)
  const error = useSignal<unknown>(undefined)
  const look = async (): Promise<void> => {
    try {
      error.value = undefined
      sample.value = await sampleOf(table.TableName)
    } catch (failed) {
      error.value = failed
    }
  }
  const entities = entitiesOf(sample.value?.items ?? [], keyNames(table.KeySchema))
  return (
    <div class="scrolled">
      <p>
        <button type="button" class="button is-main" onClick={look}>
          <ScanSearch size={15} aria-hidden="true" /> Look at a sample
        </button>{' '}
        <span class="soft">
          Reads up to {counted(sampledItemsMax, 'item')} from four places of the table, for about {count(4 * 128)} RCU at the most.
        </span>
      </p>
      {error.value !== undefined && <Failed error={error.value} />}
      {sample.value !== undefined && (
        <p role="status">
          {counted(entities.length, 'shape')} among {counted(sample.value.items.length, 'item')}, for {count(sample.value.units)} RCU.
        </p>
      )}
      {entities.map((entity) => (
        <EntityCard key={entity.shape} entity={entity} table={table} total={sample.value?.items.length ?? 1} />
      ))}
    </div>
  )
}

/** Segments of a parallel Scan begin at different hashes. */
async function sampleOf(TableName: string): Promise<Sample> {
  interface Page {
    readonly Items: readonly Item[]
    readonly ConsumedCapacity: { readonly CapacityUnits: number }
  }
  const segments = [0, 1, 2, 3]
  const input = { TableName, TotalSegments: segments.length, Limit: sampledItemsMax / segments.length, ReturnConsumedCapacity: 'TOTAL' }
  const pages = await Promise.all(segments.map((Segment) => call<Page>('Scan', { ...input, Segment })))
  return {
    items: pages.flatMap(({ Items }) => Items),
    units: pages.reduce((sum, { ConsumedCapacity }) => sum + ConsumedCapacity.CapacityUnits, 0),
  }
}

interface EntityCardProps {
  readonly entity: Entity
  readonly table: TableDescription
  readonly total: number
}

function EntityCard({ entity: { shape, count: found, attributes, prefixes }, table, total }: EntityCardProps) {
  const filters = prefixes.flatMap((prefix, at): readonly Filter[] => {
    const name = keyNames(table.KeySchema)[at]
    return prefix === '' || name === undefined ? [] : [{ ...emptyFilter, name, condition: 'begins with', value: prefix }]
  })
  return (
    <article class="card">
      <h2>
        <input
          aria-label={`Name of ${shape}`}
          placeholder="name it"
          value={entityName(table.TableName, shape)}
          onInput={(event) => nameEntity(table.TableName, shape, event.currentTarget.value)}
        />{' '}
        <code>{shape}</code>{' '}
        <span class="soft">
          {counted(found, 'item')}, {percent(found / total)} of the sample
        </span>
      </h2>
      <ul class="chips" aria-label={`Attributes of ${shape}`}>
        {attributes.map(({ name, kinds, share }) => (
          <li key={name} class="chip">
            <bdi>{name}</bdi>{' '}
            <span class="soft">
              {kinds.join(' or ')}
              {share < 1 ? `, ${percent(share)}` : ''}
            </span>
          </li>
        ))}
      </ul>
      {filters.length > 0 && (
        <p>
          <Link href={tableAddress(table.TableName, 'items', { filters: JSON.stringify(filters), run: '1' })}>Its items</Link>{' '}
          <span class="soft">by a Scan with a filter: what an index with this prefix as its partition key would answer for less</span>
        </p>
      )}
    </article>
  )
}
