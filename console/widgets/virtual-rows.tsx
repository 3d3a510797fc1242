/** A long list of which only what can be seen is there. Rows have one height; the list scrolls by itself, or with `role` grid by whoever moves in it. */
import { elementScroll, observeElementOffset, observeElementRect, Virtualizer } from '@tanstack/virtual-core'
import type { ComponentChildren, JSX } from 'preact'
import { useEffect, useLayoutEffect, useMemo, useReducer, useRef } from 'preact/hooks'
import { rowPixels } from '../limits.ts'

export interface VirtualRowsProps {
  readonly count: number
  readonly row: (index: number) => ComponentChildren
  /** Above the rows, and stays there. */
  readonly head?: ComponentChildren
  /** Said to those who hear the page. */
  readonly label: string
  readonly rowPixels?: number
  /** Kept in sight. */
  readonly active?: number | undefined
  readonly class?: string
  readonly onKeyDown?: (event: JSX.TargetedKeyboardEvent<HTMLDivElement>) => void
  readonly columns?: string | undefined
  readonly onEnd?: () => void
}

export function VirtualRows({ count, row, head, label, active, onEnd, columns, rowPixels: pixels = rowPixels, ...rest }: VirtualRowsProps) {
  const place = useRef<HTMLDivElement>(null)
  const headPixels = head === undefined ? 0 : rowPixels
  const [, redraw] = useReducer((times: number) => times + 1, 0)
  const virtual = useMemo(
    () => new Virtualizer<HTMLDivElement, Element>(optionsOf(place, { count, pixels, headPixels }, () => redraw(undefined))),
    [],
  )
  virtual.setOptions(optionsOf(place, { count, pixels, headPixels }, () => redraw(undefined)))
  useLayoutEffect(() => virtual._didMount(), [virtual])
  useLayoutEffect(() => virtual._willUpdate())
  useEffect(() => {
    if (active !== undefined && active >= 0) virtual.scrollToIndex(active)
  }, [virtual, active])
  const layout = columns === undefined ? {} : { gridTemplateColumns: columns, minWidth: `${leastPixels(columns)}px` }
  const items = virtual.getVirtualItems()
  const lastSeen = items.at(-1)?.index ?? 0
  useEffect(() => {
    if (onEnd !== undefined && count > 0 && lastSeen >= count - 1) onEnd()
  }, [onEnd, count, lastSeen])
  return (
    <div
      ref={place}
      class={`rows ${rest.class ?? ''}`}
      role="table"
      aria-label={label}
      aria-rowcount={count}
      tabIndex={0}
      onKeyDown={rest.onKeyDown}
    >
      {head !== undefined && (
        <div class="rows-head" role="row" style={layout}>
          {head}
        </div>
      )}
      <div class="rows-body" role="rowgroup" style={{ height: `${virtual.getTotalSize()}px` }}>
        {items.map(({ index, start, key }) => (
          <div
            key={String(key)}
            class={index === active ? 'row is-active' : 'row'}
            role="row"
            aria-rowindex={index + 1}
            style={{
              transform: `translateY(${start}px)`,
              height: `${pixels}px`,
              ...layout,
            }}
          >
            {row(index)}
          </div>
        ))}
      </div>
    </div>
  )
}

interface Sizes {
  readonly count: number
  readonly pixels: number
  /** Of what stands above the rows. */
  readonly headPixels: number
}

function optionsOf(place: { readonly current: HTMLDivElement | null }, { count, pixels, headPixels }: Sizes, onChange: () => void) {
  return {
    count,
    // The rows begin below the head: without this the one that is brought to the lower end would stand below it.
    scrollPaddingEnd: headPixels,
    getScrollElement: () => place.current,
    estimateSize: () => pixels,
    overscan: 8,
    observeElementRect,
    observeElementOffset,
    scrollToFn: elementScroll,
    onChange,
  }
}

/** Between columns, and at both ends together twice as much: as the styles have it. */
const gapPixels = 12

/** Of all columns and what is between them: all rows are equally wide, whatever is in them. */
function leastPixels(columns: string): number {
  const widths = [...columns.matchAll(/(\d+)px/g)].map(([, pixels]) => Number(pixels))
  return widths.reduce((sum, pixels) => sum + pixels + gapPixels, gapPixels)
}

/** Names of columns; those of numbers begin with `#`, and stand above their last digit. */
export function Heads({ names }: { readonly names: readonly string[] }) {
  return (
    <>
      {names.map((name) => (
        <span key={name} role="columnheader" class={name.startsWith('#') ? 'number' : ''}>
          {name.replace(/^#/, '')}
        </span>
      ))}
    </>
  )
}
