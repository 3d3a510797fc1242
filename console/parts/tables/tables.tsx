/** All tables: what is in them, how they are set, how they are used, what they would cost. */
import { useSignal } from '@preact/signals'
import { Plus } from 'lucide-preact'
import { Link, useSearchParams } from 'wouter-preact'
import type { TableStatistics } from '../../../src/server/control/table-statistics.ts'
import type { ThrottleList } from '../../../src/server/control/throughput-routes.ts'
import type { CostEstimate } from '../../../src/services/cost/estimate-cost.ts'
import { tableAddress } from '../../app/addresses.ts'
import { pollMs, slowPollMs } from '../../limits.ts'
import { control } from '../../server/ask.ts'
import { mayChange } from '../../server/keys.ts'
import { usePolled } from '../../server/polled.ts'
import { isOnDemand, useTable, useTables } from '../../server/tables.ts'
import { bytes, count, dollars } from '../../values/shown-numbers.ts'
import { Badge, statusTone } from '../../widgets/badge.tsx'
import { Sparkline } from '../../widgets/sparkline.tsx'
import { Empty, Failed, Waiting } from '../../widgets/told.tsx'
import { Heads, VirtualRows } from '../../widgets/virtual-rows.tsx'
import { useHeat } from '../heat/use-heat.ts'
import { NewTable } from './new-table.tsx'

const columns = 'minmax(180px, 2fr) 100px 90px 90px 130px 110px 110px 110px'

export function Tables() {
  const tables = useTables(pollMs)
  const cost = usePolled('cost', slowPollMs, (signal) => control<CostEstimate>('GET', 'cost', {}, signal))
  const throttles = usePolled('throttles', slowPollMs, (signal) => control<ThrottleList>('GET', 'throttles', {}, signal))
  const [search, setSearch] = useSearchParams()
  const filter = useSignal('')
  const isMaking = search.get('make') === 'table'
  const setMaking = (making: boolean): void => setSearch(making ? { make: 'table' } : {})
  const shown = (tables.value ?? []).filter(({ name }) => name.toLowerCase().includes(filter.value.toLowerCase()))
  return (
    <>
      <header class="view-head">
        <h1>Tables</h1>
        <input
          type="search"
          aria-label="Names with"
          placeholder="Names with …"
          value={filter.value}
          onInput={(event) => (filter.value = event.currentTarget.value)}
        />
        {mayChange && (
          <button type="button" class="button is-main" onClick={() => setMaking(true)}>
            <Plus size={16} aria-hidden="true" /> Make a table
          </button>
        )}
      </header>
      {tables.value === undefined && tables.error === undefined && <Waiting what="Asking for tables" />}
      {tables.value === undefined && tables.error !== undefined && <Failed error={tables.error} again={tables.again} />}
      {tables.value?.length === 0 && <NoTables />}
      {tables.value !== undefined && tables.value.length > 0 && (
        <VirtualRows
          label="Tables"
          count={shown.length}
          columns={columns}
          rowPixels={44}
          head={<Heads names={['Name', 'Status', '#Items', '#Size', 'Throughput', 'Last half hour', 'Throttled', '#A month']} />}
          row={(index) => {
            const table = shown[index]
            if (table === undefined) return null
            const costOf = cost.value?.tables.find(({ name }) => name === table.name)?.asSet
            return <TableRow key={table.arn} table={table} dollarsAMonth={costOf} throttled={throttledOf(throttles.value, table.name)} />
          }}
        />
      )}
      {isMaking && (
        <NewTable
          onClose={() => setMaking(false)}
          onMade={() => {
            setMaking(false)
            tables.again()
          }}
        />
      )}
    </>
  )
}

function throttledOf(list: ThrottleList | undefined, name: string): number | undefined {
  return list?.throttles.filter(({ table }) => table === name).reduce((sum, { refused, observed }) => sum + refused + observed, 0)
}

interface TableRowProps {
  readonly table: TableStatistics
  readonly dollarsAMonth: number | undefined
  readonly throttled: number | undefined
}

/** Asks for what only it shows: rows that nobody sees ask nothing. */
function TableRow({ table: { name, status, itemCount, sizeBytes, indexes }, dollarsAMonth, throttled }: TableRowProps) {
  const description = useTable(name).value
  const heat = useHeat(name, undefined, 30, slowPollMs).value
  const used = heat?.reads.map((reads, at) => sum(reads) + sum(heat.writes[at] ?? [])) ?? []
  return (
    <>
      <span role="cell" class="cell-name">
        <Link href={tableAddress(name)}>
          <bdi>{name}</bdi>
        </Link>
        {indexes.length > 0 && <span class="soft"> +{indexes.length}</span>}
        {description?.StreamSpecification?.StreamEnabled === true && <Badge title="Has a stream">stream</Badge>}
      </span>
      <span role="cell">
        <Badge tone={statusTone(status)}>{status.toLowerCase()}</Badge>
      </span>
      <span role="cell" class="number">
        {count(itemCount)}
      </span>
      <span role="cell" class="number">
        {bytes(sizeBytes)}
      </span>
      <span role="cell">{description === undefined ? '' : throughputText(description)}</span>
      <span role="cell">
        <Sparkline values={used} label={`Units a minute of ${name}, ${count(Math.max(0, ...used))} at the most`} />
      </span>
      <span role="cell">
        {throttled === undefined || throttled === 0 ? (
          <span class="soft">none</span>
        ) : (
          <Link href={`/throttles?table=${encodeURIComponent(name)}`}>
            <Badge tone="bad">{count(throttled)}</Badge>
          </Link>
        )}
      </span>
      <span role="cell" class="number">
        {dollarsAMonth === undefined ? '' : dollars(dollarsAMonth)}
      </span>
    </>
  )
}

function throughputText(description: Parameters<typeof isOnDemand>[0]): string {
  if (isOnDemand(description)) return 'on demand'
  const { ReadCapacityUnits = 0, WriteCapacityUnits = 0 } = description.ProvisionedThroughput ?? {}
  return `${count(ReadCapacityUnits)} R, ${count(WriteCapacityUnits)} W`
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0)
}

function NoTables() {
  const command = `aws dynamodb create-table --endpoint-url ${location.origin} --region us-east-1 --table-name Orders \\
  --attribute-definitions AttributeName=pk,AttributeType=S AttributeName=sk,AttributeType=S \\
  --key-schema AttributeName=pk,KeyType=HASH AttributeName=sk,KeyType=RANGE --billing-mode PAY_PER_REQUEST`
  return (
    <Empty title="There are no tables yet" command={command}>
      <p>Make one here, let your program make them, or copy this:</p>
    </Empty>
  )
}
