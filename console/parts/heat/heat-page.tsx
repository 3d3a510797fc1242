/** Where a table is hot: minutes across, the hash space down; its partitions, its hot keys, and a sentence that says what it comes to. */
import { useSignal } from '@preact/signals'
import { useSearchParams } from 'wouter-preact'
import type { HotKeys } from '../../../src/server/control/traffic-routes.ts'
import { heatMinutesChoices, pollMs } from '../../limits.ts'
import { control } from '../../server/ask.ts'
import { usePolled } from '../../server/polled.ts'
import type { TableDescription } from '../../server/tables.ts'
import { ChoiceButtons } from '../../widgets/choice-buttons.tsx'
import { IndexSelect } from '../../widgets/index-select.tsx'
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
        <IndexSelect label="of" indexes={GlobalSecondaryIndexes} chosen={index} onChoose={(chosen) => set('index', chosen)} />
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
        <ChoiceButtons
          label="What is shown"
          choices={heatKinds}
          chosen={kind.value}
          onChoose={(chosen) => {
            kind.value = chosen
          }}
        />
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
