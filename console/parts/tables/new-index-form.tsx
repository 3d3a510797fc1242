/** A global index for a table that is there already: it is filled while everything goes on. */
import { useSignal } from '@preact/signals'
import { isOnDemand, type TableDescription } from '../../server/tables.ts'
import { Choice } from './choice.tsx'

interface NewIndexProps {
  readonly table: TableDescription
  readonly onMake: (input: object) => void
}

export function NewIndexForm({ table, onMake }: NewIndexProps) {
  const name = useSignal('')
  const partition = useSignal('')
  const sort = useSignal('')
  const projection = useSignal('ALL')
  const make = (event: Event): void => {
    event.preventDefault()
    const keys = [partition.value, ...(sort.value === '' ? [] : [sort.value])]
    const known = new Map(table.AttributeDefinitions.map((each) => [each.AttributeName, each]))
    const AttributeDefinitions = [...new Set([...known.keys(), ...keys])].map(
      (each) => known.get(each) ?? { AttributeName: each, AttributeType: 'S' },
    )
    const Create = {
      IndexName: name.value,
      KeySchema: keys.map((AttributeName, at) => ({ AttributeName, KeyType: at === 0 ? 'HASH' : 'RANGE' })),
      Projection: { ProjectionType: projection.value },
      ...(!isOnDemand(table) && { ProvisionedThroughput: { ReadCapacityUnits: 5, WriteCapacityUnits: 5 } }),
    }
    onMake({ AttributeDefinitions, GlobalSecondaryIndexUpdates: [{ Create }] })
  }
  const field = (label: string, signal: typeof name, isRequired = true) => (
    <input
      required={isRequired}
      size={12}
      aria-label={label}
      placeholder={label}
      value={signal.value}
      onInput={(event) => (signal.value = event.currentTarget.value)}
    />
  )
  return (
    <form onSubmit={make}>
      <Choice label="A new index">
        {field('name of the index', name)}
        {field('its partition key', partition)}
        {field('its sort key', sort, false)}
        <select
          aria-label="Projection of the index"
          value={projection.value}
          onChange={(event) => (projection.value = event.currentTarget.value)}
        >
          <option>ALL</option>
          <option>KEYS_ONLY</option>
        </select>
        <button type="submit" class="button">
          Add it
        </button>
        <span class="soft">Keys that the table does not define are strings.</span>
      </Choice>
    </form>
  )
}
