/** The question as a row of pills: where, which key, which filters, in which order. */
import { Plus, X } from 'lucide-preact'
import { indexesOf, type TableDescription } from '../../server/tables.ts'
import { emptyFilter, type Filter, filterConditions, isQuery, keyOf, type Question, sortConditions } from './question.ts'

interface PillsProps {
  readonly table: TableDescription
  readonly question: Question
  readonly onChange: (question: Question) => void
}

export function Pills({ table, question, onChange }: PillsProps) {
  const change = (part: Partial<Question>): void => onChange({ ...question, ...part })
  const { partition, sort } = keyOf(table, question.index)
  return (
    <>
      <label class="pill">
        <span>in</span>
        <select
          value={question.index}
          onChange={(event) => change({ index: event.currentTarget.value, partition: '', sort: '', sortTo: '' })}
        >
          <option value="">the table</option>
          {indexesOf(table).map(({ IndexName }) => (
            <option key={IndexName} value={IndexName}>
              {IndexName}
            </option>
          ))}
        </select>
      </label>
      <label class="pill">
        <span>
          <bdi>{partition}</bdi> =
        </span>
        <input
          size={14}
          placeholder="any (Scan)"
          value={question.partition}
          onInput={(event) => change({ partition: event.currentTarget.value })}
        />
      </label>
      {sort !== undefined && isQuery(question) && <SortPill name={sort} question={question} onChange={change} />}
      {question.filters.map((filter, at) => (
        <FilterPill
          key={at}
          filter={filter}
          onChange={(part) => change({ filters: question.filters.with(at, { ...filter, ...part }) })}
          onRemove={() => change({ filters: question.filters.toSpliced(at, 1) })}
        />
      ))}
      <button type="button" class="button" onClick={() => change({ filters: [...question.filters, emptyFilter] })}>
        <Plus size={14} aria-hidden="true" /> Filter
      </button>
      <HowPills table={table} question={question} onChange={change} />
    </>
  )
}

interface HowPillsProps {
  readonly table: TableDescription
  readonly question: Question
  readonly onChange: (part: Partial<Question>) => void
}

/** In which order, how consistent, how much at once. Global indexes are never strongly consistent. */
function HowPills({ table, question, onChange }: HowPillsProps) {
  const isLocalOrTable = !table.GlobalSecondaryIndexes?.some(({ IndexName }) => IndexName === question.index)
  return (
    <>
      {isQuery(question) && (
        <label class="pill">
          <span>order</span>
          <select
            value={question.isBackwards ? 'back' : ''}
            onChange={(event) => onChange({ isBackwards: event.currentTarget.value !== '' })}
          >
            <option value="">ascending</option>
            <option value="back">descending</option>
          </select>
        </label>
      )}
      {isLocalOrTable && (
        <label class="pill">
          <input
            type="checkbox"
            checked={question.isConsistent}
            onChange={(event) => onChange({ isConsistent: event.currentTarget.checked })}
          />
          <span>strongly consistent</span>
        </label>
      )}
      <label class="pill">
        <span>page of</span>
        <input
          class="is-short"
          type="number"
          min={1}
          max={1000}
          value={question.limit}
          onChange={(event) => onChange({ limit: Number(event.currentTarget.value) || question.limit })}
        />
      </label>
    </>
  )
}

interface SortPillProps {
  readonly name: string
  readonly question: Question
  readonly onChange: (part: Partial<Question>) => void
}

function SortPill({ name, question: { sortCondition, sort, sortTo }, onChange }: SortPillProps) {
  return (
    <span class="pill">
      <bdi>{name}</bdi>
      <select
        aria-label={`How ${name} is compared`}
        value={sortCondition}
        onChange={(event) => onChange({ sortCondition: event.currentTarget.value as Question['sortCondition'] })}
      >
        {sortConditions.map((each) => (
          <option key={each}>{each}</option>
        ))}
      </select>
      <input
        size={14}
        aria-label={`Value of ${name}`}
        placeholder="any"
        value={sort}
        onInput={(event) => onChange({ sort: event.currentTarget.value })}
      />
      {sortCondition === 'between' && (
        <>
          and{' '}
          <input
            size={14}
            aria-label={`Last value of ${name}`}
            value={sortTo}
            onInput={(event) => onChange({ sortTo: event.currentTarget.value })}
          />
        </>
      )}
    </span>
  )
}

interface FilterPillProps {
  readonly filter: Filter
  readonly onChange: (part: Partial<Filter>) => void
  readonly onRemove: () => void
}

function FilterPill({ filter: { name, condition, type, value, to }, onChange, onRemove }: FilterPillProps) {
  const hasValue = condition !== 'exists' && condition !== 'does not exist'
  return (
    <span class="pill is-filter">
      <span>filter</span>
      <input
        size={10}
        aria-label="Attribute"
        placeholder="attribute"
        value={name}
        onInput={(event) => onChange({ name: event.currentTarget.value })}
      />
      <select
        aria-label="How it is compared"
        value={condition}
        onChange={(event) => onChange({ condition: event.currentTarget.value as Filter['condition'] })}
      >
        {filterConditions.map((each) => (
          <option key={each}>{each}</option>
        ))}
      </select>
      {hasValue && (
        <>
          <select
            aria-label="Type of the value"
            value={type}
            onChange={(event) => onChange({ type: event.currentTarget.value as Filter['type'] })}
          >
            <option value="S">string</option>
            <option value="N">number</option>
            <option value="BOOL">boolean</option>
            <option value="B">binary</option>
          </select>
          <input size={12} aria-label="Value" value={value} onInput={(event) => onChange({ value: event.currentTarget.value })} />
        </>
      )}
      {condition === 'between' && (
        <>
          and <input size={12} aria-label="Last value" value={to} onInput={(event) => onChange({ to: event.currentTarget.value })} />
        </>
      )}
      <button type="button" class="button is-quiet" aria-label={`Without the filter on ${name}`} onClick={onRemove}>
        <X size={14} aria-hidden="true" />
      </button>
    </span>
  )
}
