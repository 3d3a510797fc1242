/** Where a table is hot: minutes across, the hash space down; its partitions, its hot keys, and a sentence that says what it comes to. */
import { useSignal } from '@preact/signals'
import { useSearchParams } from 'wouter-preact'
import type { HotKeys } from '../../../src/server/control/traffic-routes.ts'
import { heatMinutesChoices, pollMs } from '../../limits.ts'
import { control } from '../../server/ask.ts'
import { usePolled } from '../../server/polled.ts'
import type { TableDescription } from '../../server/tables.ts'
import { Failed, Waiting } from '../../widgets/told.tsx'
import { diagnosis } from './diagnosis.ts'
import { type HeatKind, heatKinds } from './heat-cells.ts'
import { HeatMap } from './heat-map.tsx'
import { HotKeyList } from './hot-key-list.tsx'
import { useHeat } from './use-heat.ts'

export function HeatPage({ table: { TableName, GlobalSecondaryIndexes = [] } }: { readonly table: TableDescription }) {
  const [search, setSearch] = useSearchParams()
  const index = search.get('index') ?? ''
  const minutes = heatMinutesChoices.find((each) => String(each) === search.get('minutes')) ?? 60
  const kind = useSignal<HeatKind>('reads')
  const heat = useHeat(TableName, index || undefined, minutes, pollMs)
  const path = `tables/${encodeURIComponent(TableName)}/hot-keys`
  const keys = usePolled(`${path} ${index}`, pollMs, (signal) => control<HotKeys>('GET', path, { index: index || undefined }, signal))
  const set = (name: string, value: string): void => {
    const members = new URLSearchParams(search)
    members.set(name, value)
    setSearch(members)
  }
  return (
    <div class="scrolled">
      <div class="choices">
        <label class="pill">
          <span>of</span>
          <select value={index} onChange={(event) => set('index', event.currentTarget.value)}>
            <option value="">the table</option>
            {GlobalSecondaryIndexes.map(({ IndexName }) => (
              <option key={IndexName} value={IndexName}>
                {IndexName}
              </option>
            ))}
          </select>
        </label>
        <label class="pill">
          <span>last</span>
          <select value={minutes} onChange={(event) => set('minutes', event.currentTarget.value)}>
            {heatMinutesChoices.map((each) => (
              <option key={each} value={each}>
                {each} minutes
              </option>
            ))}
          </select>
        </label>
        <div role="group" aria-label="What is shown" class="choices">
          {heatKinds.map((each) => (
            <button
              key={each}
              type="button"
              aria-pressed={each === kind.value}
              class={each === kind.value ? 'button is-chosen' : 'button'}
              onClick={() => (kind.value = each)}
            >
              {each}
            </button>
          ))}
        </div>
      </div>
      {heat.error !== undefined && <Failed error={heat.error} again={heat.again} />}
      {heat.value === undefined && heat.error === undefined && <Waiting what="Measuring" />}
      {heat.value !== undefined && (
        <>
          <p class="diagnosis" role="status">
            {diagnosis(heat.value, keys.value)}
          </p>
          <HeatMap heat={heat.value} kind={kind.value} keys={keys.value} />
        </>
      )}
      {keys.error !== undefined && <Failed error={keys.error} />}
      {keys.value !== undefined && <HotKeyList table={TableName} index={index} keys={keys.value} />}
    </div>
  )
}
