/** A pill that says whether the table is meant or one of its indexes. */

interface IndexSelectProps {
  readonly label: string
  readonly indexes: readonly { readonly IndexName: string }[]
  /** Empty: the table itself. */
  readonly chosen: string
  readonly onChoose: (index: string) => void
}

export function IndexSelect({ label, indexes, chosen, onChoose }: IndexSelectProps) {
  return (
    <label class="pill">
      <span>{label}</span>
      <select value={chosen} onChange={(event) => onChoose(event.currentTarget.value)}>
        <option value="">the table</option>
        {indexes.map(({ IndexName }) => (
          <option key={IndexName} value={IndexName}>
            {IndexName}
          </option>
        ))}
      </select>
    </label>
  )
}
