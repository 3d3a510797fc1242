/** An attribute value in one line, with its kind as a colour and for those who point at it. */
import { type AttributeValue, kindNames, kindOf, lineOf } from '../values/attribute-value.ts'

export function ValueLine({ value }: { readonly value: AttributeValue | undefined }) {
  if (value === undefined) return <span class="value is-missing" />
  const kind = kindOf(value)
  const line = lineOf(value)
  return (
    <span class={`value is-${kind}`} title={`${kindNames[kind]}: ${line}`}>
      <bdi>{line === '' ? '""' : line}</bdi>
    </span>
  )
}
