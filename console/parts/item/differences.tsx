/** Attributes that changed: what each was, and what it is. */
import { type AttributeValue, lineOf } from '../../values/attribute-value.ts'
import type { Change } from './item-changes.ts'

export function Differences({ title, changes }: { readonly title: string; readonly changes: readonly Change[] }) {
  return (
    <section class="differences" aria-label={title}>
      <h3>{title}</h3>
      <dl>
        {changes.map(({ name, before, after }) => (
          <div key={name}>
            <dt>
              <bdi>{name}</bdi>
            </dt>
            <dd>
              {before !== undefined && <del>{shown(before)}</del>} {after !== undefined && <ins>{shown(after)}</ins>}
            </dd>
          </div>
        ))}
      </dl>
    </section>
  )
}

/** Somebody changed the same meanwhile: what he did is shown, and nothing is overwritten unless it was looked at. */
export function Met({ changes, onTake }: { readonly changes: readonly Change[]; readonly onTake: () => void }) {
  return (
    <div class="told is-bad">
      <Differences title="What somebody else changed meanwhile" changes={changes} />
      <button type="button" class="button" onClick={onTake}>
        I have seen it: save mine on top
      </button>
    </div>
  )
}

function shown(value: AttributeValue) {
  return <bdi>{lineOf(value)}</bdi>
}
